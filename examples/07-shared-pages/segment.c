/*
 * segment.c - stores into a System V shared memory segment of 1 MiB, and runs a command with its
 * id: segment FILLED COMMAND [ARGUMENT...].
 */
#include "contents.h"

#include <sys/shm.h>

int main(int argc, char **argv)
{
	char id[16];

	if (argc < 3)
		errx(2, "usage: segment FILLED COMMAND [ARGUMENT...]");
	size_t filled = filled_argument(argv[1]);
	int segment = shmget(IPC_PRIVATE, SIZE, 0600);
	if (segment < 0)
		err(1, "shmget");
	void *memory = shmat(segment, NULL, 0);

	/* It goes with the last process that has it attached; until then others may come. */
	shmctl(segment, IPC_RMID, NULL);
	if (memory == (void *)-1)
		err(1, "shmat");
	fill(memory, filled);
	snprintf(id, sizeof(id), "%d", segment);
	run_with(argv + 2, argc - 2, id);
	return 0;
}
