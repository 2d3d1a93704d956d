/* writer.c - writes to a FIFO by one call: writer FIFO SIZE [PID]; it lets the reader PID wait for
 * each of its steps.
 */
#include "patience.h"

int main(int argc, char **argv)
{
	if (argc != 3 && argc != 4)
		errx(2, "usage: writer FIFO SIZE [PID]");
	size_t size = size_argument(argv[2]);
	char *bytes = must_have(calloc(1, size));
	const char *reader = argv[3];

	alarm(PATIENCE_S);
	KEEP_OPENING(reader);
	int to = must_open(argv[1], O_WRONLY);
	KEEP_READING(reader);
	write_all(to, bytes, size);
	KEEP_READING(reader);
	close(to);
	return 0;
}
