/*
 * dispatch_thrown.cpp - exceptions thrown by a handler out of a waiting call that was caught.
 *
 * BUILD: -fnon-call-exceptions -fasynchronous-unwind-tables
 * SEEN read: calls=101 returned=1
 * SEEN write: calls=101+100+1 returned=101+100+1
 */
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

static long raw3(long nr, long a, long b, long c)
{
	long result;
	__asm__ volatile("syscall; nop"
			 : "=a"(result)
			 : "0"(nr), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return result;
}

static int null_;

struct guard {
	~guard()
	{
		raw3(SYS_write, null_, (long)"x", 1);
	}
};

static void handler(int)
{
	throw std::runtime_error("alarm");
}

static int waits(int fd)
{
	guard here;
	char byte;
	return (int)raw3(SYS_read, fd, (long)&byte, 1);
}

int main()
{
	int ends[2], caught = 0;
	if (syscall(SYS_access, "/the-program-begins", 0) != -1 || pipe(ends))
		return 98;
	null_ = open("/dev/null", O_WRONLY);
	struct sigaction action = {};
	action.sa_handler = handler;
	action.sa_flags = SA_NODEFER;
	sigaction(SIGALRM, &action, nullptr);
	for (int i = 0; i < 100; i++) {
		struct itimerval soon = {{0, 0}, {0, 10000}};
		setitimer(ITIMER_REAL, &soon, nullptr);
		try {
			waits(ends[0]);
		} catch (const std::runtime_error &) {
			caught++;
		}
		raw3(SYS_write, null_, (long)"x", 1);
	}
	raw3(SYS_write, ends[1], (long)"x", 1);
	if (waits(ends[0]) != 1)
		return 97;
	return caught == 100 ? 0 : 96;
}
