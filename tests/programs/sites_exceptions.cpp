/*
 * sites_exceptions.cpp - signal handlers throw out of system calls that wait inside libc, and the
 * exception is caught above them.
 *
 * BUILD: -fnon-call-exceptions -fasynchronous-unwind-tables
 */
#include <cstdio>
#include <cstdlib>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

static int empty[2], pair[2], destroyed;

struct counted {
	~counted()
	{
		destroyed++;
	}
};

static void thrown(int)
{
	throw std::runtime_error("interrupted");
}

static void in_read()
{
	counted one;
	char byte;
	read(empty[0], &byte, 1);
}

static void in_readv()
{
	counted one;
	char byte;
	struct iovec vector = {&byte, 1};
	readv(empty[0], &vector, 1);
}

static void in_recv()
{
	counted one;
	char byte;
	recv(pair[0], &byte, 1, 0);
}

static void in_fgetc()
{
	counted one;
	FILE *stream = fdopen(dup(empty[0]), "r");
	fgetc(stream);
}

static void (*const waits[])() = {in_read, in_readv, in_recv, in_fgetc};

int main()
{
	struct sigaction action = {};
	int caught = 0, all = 0;
	action.sa_handler = thrown;
	action.sa_flags = SA_NODEFER;
	if (pipe(empty) || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) ||
	    sigaction(SIGALRM, &action, nullptr))
		return 1;
	for (int i = 0; i < 40; i++)
		for (auto wait : waits) {
			struct itimerval soon = {{0, 0}, {0, 500 + i * 50}};
			all++;
			try {
				setitimer(ITIMER_REAL, &soon, nullptr);
				wait();
			} catch (const std::runtime_error &) {
				caught++;
			}
		}
	if (caught != all || destroyed != all) {
		fprintf(stderr, "%d of %d caught, %d destroyed\n", caught, all, destroyed);
		return 99;
	}
	printf("%d caught\n", caught);
	return 0;
}
