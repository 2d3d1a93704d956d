/* out_putc_unlocked.c - writes the lines one character at a time, and locks nothing:
 * out_putc_unlocked TO [BUFFER]. */
#include "lines.h"

int main(int argc, char **argv)
{
	if (argc != 2 && argc != 3)
		errx(2, "usage: out_putc_unlocked TO [BUFFER]");
	FILE *to = must_fopen(argv[1], "w");
	char *lines = make_lines();

	set_buffer(to, argv[2]);
	for (size_t i = 0; i < ALL_BYTES; i++)
		if (putc_unlocked(lines[i], to) == EOF)
			err(1, "putc_unlocked");
	must_close(to);
	return 0;
}
