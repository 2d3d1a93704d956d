/* sendfile.c - copies a file without seeing its bytes: sendfile FROM TO, or -s for a socket. */
#include "sink.h"

#include <sys/sendfile.h>

int main(int argc, char **argv)
{
	const size_t at_once = 1 << 30;
	ssize_t n;

	if (argc != 3)
		errx(2, "usage: sendfile FROM TO|-s");
	int from = open(argv[1], O_RDONLY);
	if (from < 0)
		err(1, "%s", argv[1]);
	int to = open_sink(argv[2]);

	while ((n = sendfile(to, from, NULL, at_once)) > 0)
		;
	if (n < 0)
		err(1, "sendfile");

	close_sink(to);
	return 0;
}
