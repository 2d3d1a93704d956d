/* sendfile.c - sends a file to standard output without seeing its bytes: sendfile FILE. */
#include "../io.h"

#include <sys/sendfile.h>

int main(int argc, char **argv)
{
	const size_t at_once = 1 << 30;
	ssize_t n;

	if (argc != 2)
		errx(2, "usage: sendfile FILE");
	int file = must_open(argv[1], O_RDONLY);

	while ((n = sendfile(STDOUT_FILENO, file, NULL, at_once)) > 0)
		;
	if (n < 0)
		err(1, "sendfile");
	return 0;
}
