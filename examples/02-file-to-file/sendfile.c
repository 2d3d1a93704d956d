/* sendfile.c - copies a file without seeing its bytes: sendfile FROM TO. */
#include "../io.h"

#include <sys/sendfile.h>

int main(int argc, char **argv)
{
	const size_t at_once = 1 << 30;
	ssize_t n;

	if (argc != 3)
		errx(2, "usage: sendfile FROM TO");
	int from = must_open(argv[1], O_RDONLY),
	    to = must_open(argv[2], O_WRONLY | O_CREAT | O_TRUNC);

	while ((n = sendfile(to, from, NULL, at_once)) > 0)
		;
	if (n < 0)
		err(1, "sendfile");
	if (close(to))
		err(1, "close");
	return 0;
}
