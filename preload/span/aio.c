/*
 * aio.c - the kernel's asynchronous I/O (libaio): requests submitted by one call and completed by
 * another.
 *
 * A request's name is the address of its control block. It is looked at before
 * the call: when that returns, the request may be done and its block be gone. The
 * kernel's own counts
 * of bytes, rchar and wchar, leave all of this out (fs/aio.c).
 */
#include "span/aio.h"

#include "abi/raw.h"
#include "span/effects.h"
#include "span/requests.h"

#include <sys/uio.h>

static enum effect effect_of(unsigned opcode)
{
	switch (opcode) {
	case IOCB_CMD_PREAD:
	case IOCB_CMD_PREADV:
		return EFFECT_READ;
	case IOCB_CMD_PWRITE:
	case IOCB_CMD_PWRITEV:
		return EFFECT_WRITE;
	default:
		return EFFECT_NONE;
	}
}

/* Reads the program's memory, which may be no memory: the kernel is the one to complain of that. */
static bool read_memory(void *to, const void *from, size_t n)
{
	struct iovec ours = {to, n}, theirs = {(void *)from, n};
	return RAW_5(SYS_process_vm_readv, raw_getpid(), &ours, 1, &theirs, 1) == (long)n;
}

void aio_submitting(struct iocb **requests, long n)
{
	struct iocb iocb, *address;
	for (long i = 0; i < n; i++) {
		if (!read_memory(&address, &requests[i], sizeof(address)) ||
		    !read_memory(&iocb, address, sizeof(iocb)))
			return;
		request_submitted(NULL, &(struct request){
					    .name = (uintptr_t)address,
					    .object = object_of_fd((int)iocb.aio_fildes),
					    .effect = (uint8_t)effect_of(iocb.aio_lio_opcode),
					});
	}
}

void aio_submitted(struct span *s, long r, struct iocb **requests, long n)
{
	struct iocb *address;
	plain(s, r);
	for (long i = r < 0 ? 0 : r; i < n; i++)
		if (!read_memory(&address, &requests[i], sizeof(address)))
			return;
		else
			request_withdrawn((uintptr_t)address);
}

void aio_completed(struct span *s, long r, const struct io_event *events)
{
	plain(s, r);
	for (long i = 0; i < r; i++)
		request_completed(s, events[i].obj, events[i].res, false);
}
