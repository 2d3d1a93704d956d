/* sysv_memory.c - System V shared memory, and System V semaphores: one system call for each turn. A
 * child inherits both, others have a key. */
#include "ipc.h"

#include <sys/sem.h>
#include <sys/shm.h>

enum { SLOTS = 8 };
enum { EMPTY, FILLED };

static char (*slots)[PIECE];
static int memory, semaphores;

/* semctl(2): the caller has to define it. */
union semun {
	int value;
	unsigned short *values;
};

static void find(key_t key, int flags)
{
	memory = shmget(key, SLOTS * PIECE, flags);
	if (memory < 0)
		err(1, "shmget");
	slots = shmat(memory, NULL, 0);
	if (slots == (void *)-1)
		err(1, "shmat");
	semaphores = semget(key, 2, flags);
	if (semaphores < 0)
		err(1, "semget");
}

static void make(const char *key)
{
	unsigned short first[] = {[EMPTY] = SLOTS, [FILLED] = 0};

	find(key ? atoi(key) : IPC_PRIVATE, IPC_CREAT | IPC_EXCL | 0600);
	if (semctl(semaphores, 0, SETALL, (union semun){.values = first}))
		err(1, "semctl");
}

static void change(int semaphore, int by)
{
	struct sembuf operation = {.sem_num = semaphore, .sem_op = by};

	if (semop(semaphores, &operation, 1))
		err(1, "semop");
}

static void produce(const char *key)
{
	if (key)
		find(atoi(key), 0);
	for (unsigned i = 0; i < PIECES; i++) {
		change(EMPTY, -1);
		fill_piece(slots[i % SLOTS], i);
		change(FILLED, 1);
	}
}

static void consume(const char *key)
{
	for (unsigned i = 0; i < PIECES; i++) {
		change(FILLED, -1);
		check_piece(slots[i % SLOTS], i);
		change(EMPTY, 1);
	}
}

/* The memory goes with the last who has it attached. */
static void remove_both(const char *key)
{
	shmctl(memory, IPC_RMID, NULL);
	semctl(semaphores, 0, IPC_RMID);
}

const struct mechanism by_sysv_memory = {
    .name = "sysv_memory",
    .found = INHERITED | NAMED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_both,
};
