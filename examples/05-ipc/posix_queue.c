/* posix_queue.c - a POSIX message queue, found by its name; mq_send returns 0, and not how much. */
#include "ipc.h"

#include <mqueue.h>

static mqd_t queue;

static void make(const char *name)
{
	struct mq_attr limits = {.mq_maxmsg = 8, .mq_msgsize = PIECE};

	queue = mq_open(name, O_RDONLY | O_CREAT | O_EXCL, 0600, &limits);
	if (queue < 0)
		err(1, "mq_open %s", name);
}

static void produce(const char *name)
{
	static char piece[PIECE];

	queue = mq_open(name, O_WRONLY);
	if (queue < 0)
		err(1, "mq_open %s", name);
	for (unsigned i = 0; i < PIECES; i++) {
		fill_piece(piece, i);
		if (mq_send(queue, piece, PIECE, 0))
			err(1, "mq_send");
	}
}

static void consume(const char *name)
{
	static char piece[PIECE];

	for (unsigned i = 0; i < PIECES; i++) {
		if (mq_receive(queue, piece, PIECE, NULL) != PIECE)
			err(1, "mq_receive");
		check_piece(piece, i);
	}
}

static void remove_name(const char *name)
{
	mq_unlink(name);
}

const struct mechanism by_posix_queue = {
    .name = "posix_queue",
    .found = NAMED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_name,
};
