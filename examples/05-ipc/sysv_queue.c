/* sysv_queue.c - a System V message queue: a child inherits its id, others have a key. */
#include "ipc.h"

#include <sys/msg.h>

/* The type goes with the piece: 8 bytes more to copy each time. */
struct message {
	long type;
	char piece[PIECE];
};

static int queue;

static void make(const char *key)
{
	queue = msgget(key ? atoi(key) : IPC_PRIVATE, IPC_CREAT | IPC_EXCL | 0600);
	if (queue < 0)
		err(1, "msgget");
}

static void produce(const char *key)
{
	static struct message message = {.type = 1};

	if (key)
		queue = msgget(atoi(key), 0);
	if (queue < 0)
		err(1, "msgget");
	for (unsigned i = 0; i < PIECES; i++) {
		fill_piece(message.piece, i);
		if (msgsnd(queue, &message, PIECE, 0))
			err(1, "msgsnd");
	}
}

static void consume(const char *key)
{
	static struct message message;

	for (unsigned i = 0; i < PIECES; i++) {
		if (msgrcv(queue, &message, PIECE, 0, 0) != PIECE)
			err(1, "msgrcv");
		check_piece(message.piece, i);
	}
}

static void remove_queue(const char *key)
{
	msgctl(queue, IPC_RMID, NULL);
}

const struct mechanism by_sysv_queue = {
    .name = "sysv_queue",
    .found = INHERITED | NAMED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_queue,
};
