/* out_write.c - writes the lines by write, in pieces: out_write TO SIZE. */
#include "lines.h"

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: out_write TO SIZE");
	int to = must_open(argv[1], O_WRONLY | O_CREAT | O_TRUNC);
	size_t size = size_argument(argv[2]);
	char *lines = make_lines();

	for (size_t at = 0; at < ALL_BYTES; at += size)
		write_all(to, lines + at, size < ALL_BYTES - at ? size : ALL_BYTES - at);
	return 0;
}
