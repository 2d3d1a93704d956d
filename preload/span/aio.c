/*
 * aio.c - the kernel's asynchronous I/O (libaio): requests submitted by one call and completed by
 * another.
 *
 * An event has the address of its request and the result, but not what was asked
 * for; the request may be gone by then. So requests are remembered, by their
 * address. A request may complete before the call that submitted it returns:
 * whoever comes second accounts it.
 */
#include "span/aio.h"

#include "abi/counter.h"
#include "span/effects.h"

#define SLOTS_MOST 4096 /* requests under way at one time; beyond them they go unaccounted */
#define PROBES	   16
#define FREE	   0u
#define TAKEN	   1u /* while it is filled in or emptied */

struct request {
	uint64_t address; /* of the iocb, or FREE, or TAKEN */
	bool completed;	  /* before its submission was known */
	int64_t result;	  /* of a completed one */
	object_ref object;
	uint16_t opcode;
};

static struct request requests[SLOTS_MOST];

static struct request *slot(uint64_t address, unsigned probe)
{
	uint64_t hash = (address >> 4) * 0x9e3779b97f4a7c15;
	return &requests[((hash >> 32) + probe) % SLOTS_MOST];
}

/* Takes a request out of the table; false where it isn't there. */
static bool take(uint64_t address, bool completed, struct request *request)
{
	for (unsigned probe = 0; probe < PROBES; probe++) {
		struct request *found = slot(address, probe);
		uint64_t expected = address;
		if (__atomic_load_n(&found->address, __ATOMIC_ACQUIRE) != address ||
		    found->completed != completed ||
		    !__atomic_compare_exchange_n(&found->address, &expected, TAKEN, false,
						 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			continue;
		*request = *found;
		__atomic_store_n(&found->address, FREE, __ATOMIC_RELEASE);
		return true;
	}
	return false;
}

static void keep(uint64_t address, const struct request *request)
{
	for (unsigned probe = 0; probe < PROBES; probe++) {
		struct request *empty = slot(address, probe);
		uint64_t expected = FREE;
		if (!__atomic_compare_exchange_n(&empty->address, &expected, TAKEN, false,
						 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			continue;
		empty->completed = request->completed;
		empty->result = request->result;
		empty->object = request->object;
		empty->opcode = request->opcode;
		__atomic_store_n(&empty->address, address, __ATOMIC_RELEASE);
		return;
	}
	counter_add_shared(&live.region->aio_unmatched, 1);
}

/* The kernel's counts of bytes leave these out: COPY-MODEL, asynchronous interfaces (fs/aio.c). */
static void account(struct span *s, object_ref object, unsigned opcode, int64_t result)
{
	struct span piece;
	span_part(&piece, s, object);
	switch (opcode) {
	case IOCB_CMD_PREAD:
	case IOCB_CMD_PREADV:
		came_in(&piece, result);
		break;
	case IOCB_CMD_PWRITE:
	case IOCB_CMD_PWRITEV:
		went_out(&piece, result);
		break;
	default:
		plain(&piece, result);
		break;
	}
}

void aio_submitted(struct span *s, long r, struct iocb **iocbs)
{
	plain(s, r);
	for (long i = 0; i < r; i++) {
		const struct iocb *iocb = iocbs[i];
		struct request early, request = {
					  .object = object_of_fd((int)iocb->aio_fildes),
					  .opcode = iocb->aio_lio_opcode,
				      };
		if (take((uintptr_t)iocb, true, &early))
			account(s, request.object, request.opcode, early.result);
		else
			keep((uintptr_t)iocb, &request);
	}
}

void aio_completed(struct span *s, long r, const struct io_event *events)
{
	plain(s, r);
	for (long i = 0; i < r; i++) {
		struct request request;
		if (take(events[i].obj, false, &request)) {
			account(s, request.object, request.opcode, events[i].res);
		} else {
			request = (struct request){.completed = true, .result = events[i].res};
			keep(events[i].obj, &request);
		}
	}
}
