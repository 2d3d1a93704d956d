/* requests_gone.c - requests of libaio that another thread reaps, and whose memory is gone, before io_submit returns. */
#include "must.h"

#include <fcntl.h>
#include <linux/aio_abi.h>
#include <pthread.h>
#include <sys/mman.h>

#define ROUNDS 2000

/*
 * EXPECT syscall io_submit: calls=2000+1 errors=1
 * EXPECT syscall io_getevents: calls=2000 to_user=2000*64 returned=2000*64
 */
static aio_context_t context;
static long done;

static void *reap(void *unused)
{
	struct io_event event;
	for (int i = 0; i < ROUNDS; i++) {
		gives(syscall(SYS_io_getevents, context, 1, 1, &event, NULL), 1);
		must(munmap((void *)event.obj, 4096));
		__atomic_fetch_add(&done, 1, __ATOMIC_RELEASE);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static char buffer[64];
	pthread_t thread;
	int fd = must(open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600));

	must(ftruncate(fd, 64));
	gives(syscall(SYS_io_setup, 8, &context), 0);
	gives(pthread_create(&thread, NULL, reap, NULL), 0);
	for (long i = 0; i < ROUNDS; i++) {
		struct iocb *iocb = must(
		    mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
		*iocb = (struct iocb){.aio_fildes = (unsigned)fd,
				      .aio_lio_opcode = IOCB_CMD_PREAD,
				      .aio_buf = (unsigned long)buffer,
				      .aio_nbytes = 64};
		gives(syscall(SYS_io_submit, context, 1, &iocb), 1);
		while (__atomic_load_n(&done, __ATOMIC_ACQUIRE) <= i)
			;
	}
	fails(syscall(SYS_io_submit, context, 1, (void *)8), EFAULT);
	gives(pthread_join(thread, NULL), 0);
	return 0;
}
