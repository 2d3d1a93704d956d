/*
 * kernel_objects.c - descriptors without a file: counters, timers, signals, events, memory, and
 * text from /proc.
 *
 * EXPECT object eventfd: to_user=16 from_user=16 errors=1
 * EXPECT object timerfd: to_user=8
 * EXPECT object signalfd: to_user=128
 * EXPECT object inotify: to_user=32
 * EXPECT object memfd: from_user=5000 to_user=4000
 * EXPECT object proc: to_user=15
 * EXPECT call eventfd_write: calls=1 returned=8 from_user=8
 * EXPECT call eventfd_read: calls=1 returned=8 to_user=8
 * EXPECT call read: calls=6 errors=1 returned=8+8+128+32+15 to_user=8+8+128+32+15
 * EXPECT call write: calls=2 returned=8+5000 from_user=8+5000
 * EXPECT call pread: calls=1 returned=4000 to_user=4000
 * EXPECT totals: returned=5016+199+4000 from_user=5016 to_user=199+4000 errors=1
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>

int main(int argc, char **argv)
{
	static char buffer[5000];
	uint64_t count = 3;

	int events = must(eventfd(0, EFD_NONBLOCK));
	gives(write(events, &count, 8), 8);
	gives(read(events, &count, 8), 8);
	fails(read(events, &count, 8), EAGAIN);
	must(eventfd_write(events, 5));
	must(eventfd_read(events, &count));
	gives(count, 5);

	int timer = must(timerfd_create(CLOCK_MONOTONIC, 0));
	must(timerfd_settime(timer, 0, &(struct itimerspec){.it_value.tv_nsec = 1}, NULL));
	gives(read(timer, &count, 8), 8);

	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	must(sigprocmask(SIG_BLOCK, &set, NULL));
	int signals = must(signalfd(-1, &set, 0));
	raise(SIGUSR1);
	gives(read(signals, buffer, sizeof(buffer)), 128);

	int changes = must(inotify_init1(0));
	must(mkdir(argv[1], 0700));
	must(inotify_add_watch(changes, argv[1], IN_CREATE));
	int directory = must(open(argv[1], O_RDONLY | O_DIRECTORY));
	must(close(must(openat(directory, "short-name", O_CREAT | O_WRONLY, 0600))));
	gives(read(changes, buffer, sizeof(buffer)), 32);

	int memory = must(memfd_create("test", 0));
	gives(write(memory, buffer, 5000), 5000);
	gives(pread(memory, buffer, 4000, 0), 4000);

	int comm = must(open("/proc/self/comm", O_RDONLY));
	gives(read(comm, buffer, sizeof(buffer)), strlen("kernel_objects\n"));
	return 0;
}
