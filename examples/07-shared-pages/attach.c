/* attach.c - attaches a System V shared memory segment, and checks what is there: attach FILLED ID.
 */
#include "contents.h"

#include <sys/shm.h>

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: attach FILLED ID");
	void *memory = shmat(atoi(argv[2]), NULL, SHM_RDONLY);

	if (memory == (void *)-1)
		err(1, "shmat");
	check(memory, filled_argument(argv[1]));
	shmdt(memory);
	return 0;
}
