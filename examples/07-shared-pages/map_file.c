/* map_file.c - maps a file, and checks what is in it: map_file FILLED PATH. */
#include "contents.h"

#include <sys/mman.h>

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: map_file FILLED PATH");
	void *memory = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, must_open(argv[2], O_RDONLY), 0);

	if (memory == MAP_FAILED)
		err(1, "mmap");
	check(memory, filled_argument(argv[1]));
	munmap(memory, SIZE);
	return 0;
}
