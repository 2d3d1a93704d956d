/*
 * aio.c - the kernel's asynchronous I/O (libaio): requests submitted by one call and completed by
 * another.
 *
 * A request's name is the address of its control block. The kernel's own counts
 * of bytes, rchar and wchar, leave all of this out (fs/aio.c).
 */
#include "span/aio.h"

#include "span/effects.h"
#include "span/requests.h"

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

void aio_submitted(struct span *s, long r, struct iocb **requests)
{
	plain(s, r);
	for (long i = 0; i < r; i++) {
		const struct iocb *iocb = requests[i];
		request_submitted(s, &(struct request){
					 .name = (uintptr_t)iocb,
					 .object = object_of_fd((int)iocb->aio_fildes),
					 .effect = (uint8_t)effect_of(iocb->aio_lio_opcode),
				     });
	}
}

void aio_completed(struct span *s, long r, const struct io_event *events)
{
	plain(s, r);
	for (long i = 0; i < r; i++)
		request_completed(s, events[i].obj, events[i].res, false);
}
