/* sysv_memory.c - System V shared memory, and System V semaphores: one system call for each turn.
 */
#include "ipc.h"

#include <sys/sem.h>
#include <sys/shm.h>

enum { SLOTS = 8 };
enum { EMPTY, FILLED };

static char (*slots)[PIECE];
static int semaphores;

/* semctl(2): the caller has to define it. */
union semun {
	int value;
	unsigned short *values;
};

/* Memory that is marked for removal goes with the last who has it attached. */
static void make(const char *name)
{
	unsigned short first[] = {[EMPTY] = SLOTS, [FILLED] = 0};
	int memory = shmget(IPC_PRIVATE, SLOTS * PIECE, 0600);

	if (memory < 0)
		err(1, "shmget");
	slots = shmat(memory, NULL, 0);
	if (shmctl(memory, IPC_RMID, NULL) || slots == (void *)-1)
		err(1, "shmat");
	semaphores = semget(IPC_PRIVATE, 2, 0600);
	if (semaphores < 0 || semctl(semaphores, 0, SETALL, (union semun){.values = first}))
		err(1, "semget");
}

static void change(int semaphore, int by)
{
	struct sembuf operation = {.sem_num = semaphore, .sem_op = by};

	if (semop(semaphores, &operation, 1))
		err(1, "semop");
}

static void produce(const char *name)
{
	for (unsigned i = 0; i < PIECES; i++) {
		change(EMPTY, -1);
		fill_piece(slots[i % SLOTS], i);
		change(FILLED, 1);
	}
}

static void consume(const char *name)
{
	for (unsigned i = 0; i < PIECES; i++) {
		change(FILLED, -1);
		check_piece(slots[i % SLOTS], i);
		change(EMPTY, 1);
	}
}

static void remove_semaphores(const char *name)
{
	semctl(semaphores, 0, IPC_RMID);
}

const struct mechanism by_sysv_memory = {
    .name = "sysv_memory",
    .serves = RELATED,
    .make = make,
    .produce = produce,
    .consume = consume,
    .remove = remove_semaphores,
};
