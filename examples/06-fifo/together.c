/* together.c - two children write messages to one FIFO at once, and none is mixed: together FIFO.
 */
#include "../io.h"

#include <limits.h>

enum { MESSAGES = 64, WRITERS = 2 };

static char message[PIPE_BUF], received[PIPE_BUF];

static void write_messages(const char *path, char letter)
{
	int to = must_open(path, O_WRONLY);

	memset(message, letter, sizeof(message));
	for (int i = 0; i < MESSAGES; i++)
		if (write(to, message, sizeof(message)) != sizeof(message))
			err(1, "write");
	exit(0);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: together FIFO");
	alarm(60);
	/* A writer too, so that there is no end between one child and the next. */
	int from = must_open(argv[1], O_RDWR);

	for (int i = 0; i < WRITERS; i++) {
		if (!must_fork()) {
			/* Nobody but the parent reads: without it a write ends the child. */
			close(from);
			write_messages(argv[1], 'a' + i);
		}
	}
	for (int i = 0; i < WRITERS * MESSAGES; i++) {
		if (read(from, received, sizeof(received)) != sizeof(received))
			err(1, "read");
		memset(message, received[0], sizeof(message));
		if (memcmp(received, message, sizeof(message)))
			errx(1, "bytes of two messages are mixed");
	}
	wait_for_children();
	return 0;
}
