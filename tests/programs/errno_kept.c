/*
 * errno_kept.c - calls that succeed leave errno alone, also the first on a descriptor and in a thread.
 */
#include "must.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* Evaluates a call, which must succeed, with errno set before and found after. */
#define keeps(call)                                                                                \
	({                                                                                         \
		errno = 4242;                                                                      \
		__typeof__(call) result_ = (call);                                                 \
		if ((long)result_ == -1 || errno != 4242)                                          \
			complain(__FILE__, __LINE__, #call, (long)result_);                        \
		result_;                                                                           \
	})

static char buffer[65536];
static FILE *stream;

static void *in_a_thread(void *unused)
{
	int fd = keeps(open("/dev/zero", O_RDWR));
	keeps(read(fd, buffer, 10));
	keeps(write(fd, buffer, 10));
	keeps(close(fd));
	void *block = keeps(malloc(100));
	errno = 4242;
	free(block);
	gives(errno, 4242);
	return NULL;
}

int main(int argc, char **argv)
{
	int fd = keeps(open(argv[1], O_RDWR | O_CREAT | O_EXCL, 0600)), ends[2], status;
	keeps(write(fd, buffer, 65536));
	keeps(pread(fd, buffer, 100, 0));
	keeps(dup2(fd, 50));
	keeps(pwrite(50, buffer, 100, 0));
	keeps(pipe(ends));
	keeps(write(ends[1], buffer, 10));
	keeps(read(ends[0], buffer, 10));
	keeps(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	keeps(send(ends[0], buffer, 10, 0));
	keeps(recv(ends[1], buffer, 10, 0));
	keeps(write(syscall(SYS_eventfd2, 0, 0), &(uint64_t){1}, 8));
	keeps(read(syscall(SYS_open, "/proc/self/stat", O_RDONLY), buffer, 100));
	void *at = keeps(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	keeps(munmap(at, 4096));
	void *block = keeps(malloc(1 << 20));
	block = keeps(realloc(block, 1 << 21));
	errno = 4242;
	free(block);
	gives(errno, 4242);

	stream = keeps(fopen(argv[1], "r+"));
	keeps(fread(buffer, 1, 100, stream));
	keeps(fgetc(stream));
	rewind(stream);
	keeps(fputs("text", stream));
	keeps(fprintf(stream, "%d", 5));
	keeps(fflush(stream));
	keeps(fclose(stream));

	pid_t pid = keeps(fork());
	if (!pid) {
		keeps(read(fd, buffer, 0));
		_exit(7);
	}
	must(waitpid(pid, &status, 0));
	gives(WEXITSTATUS(status), 7);

	pthread_t thread;
	pthread_create(&thread, NULL, in_a_thread, NULL);
	pthread_join(thread, NULL);
	return 0;
}
