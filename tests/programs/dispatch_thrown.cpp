/*
 * dispatch_thrown.cpp - exceptions thrown by a handler out of a waiting call that was caught.
 *
 * BUILD: -fnon-call-exceptions -fasynchronous-unwind-tables
 * SEEN read: calls=101 returned=1
 * SEEN write: calls=101+100+1 returned=101+100+1
 */
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
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

static bool sleeps(int stat)
{
	char text[512] = {};

	/* The name before the state is in parentheses, and may have some of its own. */
	if (pread(stat, text, sizeof(text) - 1, 0) <= 0)
		_exit(1);
	const char *end = strrchr(text, ')');
	return end && end[1] && end[2] == 'S';
}

/* Interrupts its parent a hundred times, each time once that waits: a timer might come before. */
static void interrupt_parent(const volatile int *caught)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/stat", getppid());
	int stat = open(path, O_RDONLY);
	for (int i = 0; i < 100; i++) {
		while (*caught != i || !sleeps(stat))
			usleep(100);
		kill(getppid(), SIGALRM);
	}
	_exit(0);
}

int main()
{
	int ends[2];
	auto caught = (volatile int *)mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE,
					   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (syscall(SYS_access, "/the-program-begins", 0) != -1 || pipe(ends))
		return 98;
	null_ = open("/dev/null", O_WRONLY);
	struct sigaction action = {};
	action.sa_handler = handler;
	action.sa_flags = SA_NODEFER;
	sigaction(SIGALRM, &action, nullptr);
	if (!fork())
		interrupt_parent(caught);
	for (int i = 0; i < 100; i++) {
		try {
			waits(ends[0]);
		} catch (const std::runtime_error &) {
			*caught = *caught + 1;
		}
		raw3(SYS_write, null_, (long)"x", 1);
	}
	raw3(SYS_write, ends[1], (long)"x", 1);
	if (waits(ends[0]) != 1)
		return 97;
	wait(nullptr);
	return *caught == 100 ? 0 : 96;
}
