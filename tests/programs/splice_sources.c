/*
 * splice_sources.c - splice into a pipe from each kind of source: one whose pages can't be referred to is
 * first copied inside the kernel, or is zeros that are written there.
 *
 * What is to be expected is printed, for not every kernel splices from all of them.
 */
#include "sockets.h"
#include <fcntl.h>

static char buffer[1000];
static int ends[2];

static void spliced(const char *kind, int from, const char *made)
{
	long n = splice(from, NULL, ends[1], NULL, sizeof(buffer), 0);
	if (n < 0 && errno == EINVAL)
		return;
	gives(read(ends[0], buffer, sizeof(buffer)), must(n));
	printf("EXPECT flow splice %s pipe: calls=1 returned=%ld by_reference=%ld", kind, n, n);
	if (made)
		printf(" %s=%ld", made, n);
	putchar('\n');
}

/* What is sent at the other end. */
static void spliced_socket(const char *kind, const int pair[2], const char *made)
{
	gives(write(pair[0], buffer, 500), 500);
	spliced(kind, pair[1], made);
}

int main(void)
{
	int pair[2];
	must(pipe(ends));
	spliced("zero", must(open("/dev/zero", O_RDONLY)), "zero_filled");
	spliced("full", must(open("/dev/full", O_RDONLY)), "zero_filled");
	spliced("random", must(open("/dev/urandom", O_RDONLY)), "in_kernel");
	spliced("proc", must(open("/proc/version", O_RDONLY)), "in_kernel");
	spliced("sysfs", must(open("/sys/devices/system/cpu/online", O_RDONLY)), "in_kernel");

	int terminal = must(posix_openpt(O_RDWR | O_NOCTTY));
	must(grantpt(terminal));
	must(unlockpt(terminal));
	gives(write(must(open(ptsname(terminal), O_RDWR | O_NOCTTY)), "a line\n", 7), 7);
	spliced("tty", terminal, "in_kernel");

	udp_pair(pair);
	spliced_socket("udp", pair, "in_kernel");
	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
	spliced_socket("unix_dgram", pair, "in_kernel");
	must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	spliced_socket("unix_seqpacket", pair, "in_kernel");
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	spliced_socket("unix_stream", pair, NULL);
	tcp_pair(pair);
	spliced_socket("tcp", pair, NULL);
	return 0;
}
