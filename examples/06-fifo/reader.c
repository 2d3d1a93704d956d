/* reader.c - reads a FIFO to its end: reader FIFO [PID]; it lets the writer PID wait for each of
 * its steps. */
#include "patience.h"

int main(int argc, char **argv)
{
	static char buffer[64 << 10];

	if (argc != 2 && argc != 3)
		errx(2, "usage: reader FIFO [PID]");
	const char *writer = argv[2];

	alarm(PATIENCE_S);
	KEEP_OPENING(writer);
	int from = must_open(argv[1], O_RDONLY);
	KEEP_WRITING(writer);
	read_to_end(from, buffer, sizeof(buffer));
	return 0;
}
