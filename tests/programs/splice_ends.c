/*
 * splice_ends.c - splice between a pipe and each kind of source and sink: who can't refer to pages, or be
 * referred to, has the bytes copied inside the kernel, or zeros written there.
 *
 * What is to be expected is printed, for not every kernel splices from all sources.
 */
#include "sockets.h"
#include <fcntl.h>
#include <sys/stat.h>

static char buffer[1000];
static int ends[2];

static void from(const char *kind, int fd, const char *made)
{
	long n = splice(fd, NULL, ends[1], NULL, sizeof(buffer), 0);
	if (n < 0 && errno == EINVAL)
		return;
	gives(read(ends[0], buffer, sizeof(buffer)), must(n));
	printf("EXPECT flow splice %s pipe: calls=1 returned=%ld by_reference=%ld", kind, n, n);
	if (made)
		printf(" %s=%ld", made, n);
	putchar('\n');
}

static void to(const char *kind, int fd, const char *done)
{
	gives(write(ends[1], buffer, 500), 500);
	gives(splice(ends[0], NULL, fd, NULL, 500, 0), 500);
	printf("EXPECT flow splice pipe %s: calls=1 returned=500 %s=500\n", kind, done);
}

static void through(const char *kind, const int pair[2], const char *done, const char *made)
{
	to(kind, pair[0], done);
	from(kind, pair[1], made);
}

int main(void)
{
	int pair[2];
	must(pipe(ends));
	from("zero", must(open("/dev/zero", O_RDONLY)), "zero_filled");
	from("full", must(open("/dev/full", O_RDONLY)), "zero_filled");
	from("random", must(open("/dev/urandom", O_RDONLY)), "in_kernel");
	from("proc", must(open("/proc/version", O_RDONLY)), "in_kernel");
	from("sysfs", must(open("/sys/devices/system/cpu/online", O_RDONLY)), "in_kernel");

	int terminal = must(posix_openpt(O_RDWR | O_NOCTTY));
	must(grantpt(terminal));
	must(unlockpt(terminal));
	gives(write(must(open(ptsname(terminal), O_RDWR | O_NOCTTY)), "a line\n", 7), 7);
	from("tty", terminal, "in_kernel");

	tcp_pair(pair);
	through("tcp", pair, "by_reference", NULL);
	udp_pair(pair);
	through("udp", pair, "by_reference", "in_kernel");
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	through("unix_stream", pair, "by_reference", NULL);
	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
	through("unix_dgram", pair, "in_kernel", "in_kernel");
	must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	through("unix_seqpacket", pair, "in_kernel", "in_kernel");

	/* Who may write to it refers to pages. */
	must(mkfifo("fifo", 0600));
	int fifo = must(open("fifo", O_RDWR));
	to("fifo", fifo, "by_reference");
	gives(vmsplice(fifo, &(struct iovec){buffer, 300}, 1, 0), 300);
	puts("EXPECT call vmsplice: calls=1 returned=300 by_reference=300");
	return 0;
}
