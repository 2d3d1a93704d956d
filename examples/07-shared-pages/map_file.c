/* map_file.c - maps a file, and checks what is in it: map_file FILLED PATH. */
#include "contents.h"

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: map_file FILLED PATH");
	void *memory = must_map(must_open(argv[2], O_RDONLY), SIZE, PROT_READ);

	check(memory, filled_argument(argv[1]));
	munmap(memory, SIZE);
	return 0;
}
