/* closed_rings.c - a ring that is closed by close_range() or dup2() lets go of the files registered with it. */
#include "must.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/io_uring.h>
#include <signal.h>

static void waits(int signal)
{
	static const char text[] = "the pipe is still open for writing\n";
	(void)!write(2, text, sizeof(text) - 1);
	_exit(99);
}

static void end_of_file_after(int by_range)
{
	struct io_uring_params parameters = {0};
	int ring = (int)must(syscall(SYS_io_uring_setup, 4, &parameters)), fds[2];
	char byte;

	must(pipe(fds));
	must(syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, &fds[1], 1));
	must(close(fds[1]));
	if (by_range)
		must(close_range((unsigned)ring, (unsigned)ring, 0));
	else
		must(dup2(0, ring));
	gives(read(fds[0], &byte, 1), 0);
	must(close(fds[0]));
}

int main(void)
{
	signal(SIGALRM, waits);
	alarm(20);
	end_of_file_after(1);
	end_of_file_after(0);
	puts("end of file");
	return 0;
}
