/* read_file.c - reads a file into a buffer, and checks what is there: read_file FILLED PATH. */
#include "contents.h"

int main(int argc, char **argv)
{
	static char buffer[SIZE];

	if (argc != 3)
		errx(2, "usage: read_file FILLED PATH");
	if (read(must_open(argv[2], O_RDONLY), buffer, SIZE) != SIZE)
		errx(1, "%s: that isn't 1 MiB", argv[2]);
	check(buffer, filled_argument(argv[1]));
	return 0;
}
