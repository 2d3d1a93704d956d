/* aio.c - the kernel's asynchronous I/O, by its system calls as libaio makes them. */
#include "must.h"

#include <fcntl.h>
#include <linux/aio_abi.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * EXPECT syscall io_setup: calls=1
 * EXPECT syscall io_submit: calls=2
 * EXPECT syscall io_getevents: calls=2 from_user=3*4096+100 to_user=8192+100 returned=5*4096+200
 * EXPECT object $KIND $FILE: from_user=3*4096+100 to_user=8192+100
 */
#define BLOCK 4096

int main(int argc, char **argv)
{
	static char out[BLOCK], in[4 * BLOCK];
	struct iocb iocb[4], *list[4];
	struct io_event event[4];
	aio_context_t context = 0;
	int fd = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);

	must(fd);
	gives(syscall(SYS_io_setup, 4, &context), 0);
	for (int i = 0; i < 4; i++) {
		iocb[i] = (struct iocb){.aio_fildes = (unsigned)fd,
					.aio_lio_opcode = IOCB_CMD_PWRITE,
					.aio_buf = (unsigned long)out,
					.aio_nbytes = i < 3 ? BLOCK : 100,
					.aio_offset = i * BLOCK};
		list[i] = &iocb[i];
	}
	gives(syscall(SYS_io_submit, context, 4, list), 4);
	gives(syscall(SYS_io_getevents, context, 4, 4, event, NULL), 4);

	/* The last block is short, so of what is asked for the result is less. */
	for (int i = 0; i < 3; i++) {
		iocb[i].aio_lio_opcode = IOCB_CMD_PREAD;
		iocb[i].aio_buf = (unsigned long)in + (unsigned long)i * BLOCK;
		iocb[i].aio_nbytes = BLOCK;
		iocb[i].aio_offset = (i + 1) * BLOCK;
	}
	gives(syscall(SYS_io_submit, context, 3, list), 3);
	memset(iocb, 0, sizeof(iocb));
	gives(syscall(SYS_io_getevents, context, 3, 3, event, NULL), 3);
	return 0;
}
