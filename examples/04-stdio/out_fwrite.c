/* out_fwrite.c - writes the lines by fwrite, in pieces: out_fwrite TO SIZE [BUFFER]. */
#include "lines.h"

int main(int argc, char **argv)
{
	if (argc != 3 && argc != 4)
		errx(2, "usage: out_fwrite TO SIZE [BUFFER]");
	FILE *to = must_fopen(argv[1], "w");
	size_t size = size_argument(argv[2]);
	char *lines = make_lines();

	set_buffer(to, argv[3]);
	for (size_t at = 0; at < ALL_BYTES; at += size) {
		size_t piece = size < ALL_BYTES - at ? size : ALL_BYTES - at;
		if (fwrite(lines + at, 1, piece, to) != piece)
			err(1, "fwrite");
	}
	must_close(to);
	return 0;
}
