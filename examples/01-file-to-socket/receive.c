/* receive.c - starts a command whose standard output is a socket, and reads what comes until the
 * other end is closed: receive unix|tcp COMMAND [ARGUMENT...].
 */
#include "../io.h"

#include <arpa/inet.h>
#include <sys/socket.h>

static void unix_pair(int ends[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		err(1, "socketpair");
}

/* A connection stands as soon as it is in the listener's queue, so one process can make both ends.
 */
static void tcp_pair(int ends[2])
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) ||
	    listen(listener, 1) || getsockname(listener, (struct sockaddr *)&address, &size))
		err(1, "can't listen");
	ends[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (ends[1] < 0 || connect(ends[1], (struct sockaddr *)&address, size))
		err(1, "can't connect");
	ends[0] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (ends[0] < 0)
		err(1, "accept4");
	close(listener);
}

static void start(char **command, int output)
{
	if (must_fork())
		return;
	if (dup2(output, STDOUT_FILENO) < 0)
		err(1, "dup2");
	execvp(command[0], command);
	err(1, "%s", command[0]);
}

int main(int argc, char **argv)
{
	static char buffer[64 << 10];
	int ends[2];

	if (argc >= 3 && !strcmp(argv[1], "unix"))
		unix_pair(ends);
	else if (argc >= 3 && !strcmp(argv[1], "tcp"))
		tcp_pair(ends);
	else
		errx(2, "usage: receive unix|tcp COMMAND [ARGUMENT...]");
	alarm(60);
	start(argv + 2, ends[1]);
	close(ends[1]);
	read_to_end(ends[0], buffer, sizeof(buffer));
	wait_for_children();
	return 0;
}
