/* send.c - sends a buffer to standard output, a socket, until it has sent TOTAL bytes; with `flag`
 * as a program that knows of MSG_ZEROCOPY, and not of SO_ZEROCOPY: send TOTAL PIECE [flag].
 */
#include "../io.h"

#include <sys/socket.h>

int main(int argc, char **argv)
{
	if (argc != 3 && (argc != 4 || strcmp(argv[3], "flag")))
		errx(2, "usage: send TOTAL PIECE [flag]");
	size_t total = size_argument(argv[1]), piece = size_argument(argv[2]);
	char *buffer = must_have(calloc(1, piece));

	while (total > 0) {
		ssize_t sent = send(STDOUT_FILENO, buffer, piece < total ? piece : total,
				    argc == 4 ? MSG_ZEROCOPY : 0);
		if (sent < 0)
			err(1, "send");
		total -= sent;
	}
	return 0;
}
