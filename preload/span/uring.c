/*
 * uring.c - io_uring: requests and completions that pass through memory shared with the kernel.
 *
 * Layout of the rings: io_uring_setup(2) and include/uapi/linux/io_uring.h.
 * rchar and wchar leave all of this out (no call of add_rchar in io_uring/).
 */
#include "span/uring.h"

#include "abi/counter.h"
#include "abi/raw.h"
#include "span/effects.h"
#include "span/requests.h"

#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>

#define RINGS_MOST 32

/* Those that change nothing in where things stand: up to IORING_SETUP_DEFER_TASKRUN, without
 * entries of double size. */
#define SETUP_KNOWN (0x3fffu & ~(unsigned)(IORING_SETUP_SQE128 | IORING_SETUP_CQE32))
/* Newer than Debian 12's headers */
#define ENTER_REGISTERED  (1u << 4)
#define OP_READ_MULTISHOT 49
#define COMPLETION_MORE	  (1u << 1)
#define COMPLETION_NOTICE (1u << 3)

static struct ring {
	uint32_t used;	    /* 0: free */
	uint32_t looked_at; /* by one thread at a time */
	int fd;
	uint32_t number; /* part of the names of its requests */
	char *queues, *completions;
	size_t queues_bytes, completions_bytes, entries_bytes;
	const struct io_uring_sqe *entry;
	uint32_t entries, results;
	uint32_t submitted, completed; /* up to where it was looked at */
	struct io_sqring_offsets sq;
	struct io_cqring_offsets cq;
} rings[RINGS_MOST];

bool uring_present;

static uint32_t word(const char *base, uint32_t offset)
{
	return __atomic_load_n((const uint32_t *)(base + offset), __ATOMIC_ACQUIRE);
}

static uint64_t name_of(const struct ring *ring, uint64_t user_data)
{
	return user_data ^ (uint64_t)ring->number << 48;
}

static enum effect effect_of(unsigned opcode)
{
	switch (opcode) {
	case IORING_OP_READ:
	case IORING_OP_READV:
	case IORING_OP_READ_FIXED:
	case IORING_OP_RECV:
	case IORING_OP_RECVMSG:
	case OP_READ_MULTISHOT:
		return EFFECT_READ;
	case IORING_OP_WRITE:
	case IORING_OP_WRITEV:
	case IORING_OP_WRITE_FIXED:
	case IORING_OP_SEND:
	case IORING_OP_SENDMSG:
		return EFFECT_WRITE;
	default:
		return EFFECT_NONE;
	}
}

/* Moves bytes, and how and from what to what isn't to be seen in its entry. */
static bool is_beyond_us(const struct io_uring_sqe *entry)
{
	bool moves = effect_of(entry->opcode) != EFFECT_NONE;
	return (moves && entry->flags & (IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS)) ||
	       entry->opcode == IORING_OP_SPLICE || entry->opcode == IORING_OP_TEE ||
	       entry->opcode == IORING_OP_SEND_ZC || entry->opcode == IORING_OP_SENDMSG_ZC ||
	       entry->opcode > OP_READ_MULTISHOT;
}

static void look_at_submissions(struct ring *ring, struct span *s, uint32_t most)
{
	uint32_t tail = word(ring->queues, ring->sq.tail);
	uint32_t mask = ring->entries - 1;
	const uint32_t *index = (const uint32_t *)(ring->queues + ring->sq.array);
	uint32_t waiting = tail - ring->submitted;
	if (waiting > mask + 1) {
		counter_add_shared(&live.region->requests_unmatched, waiting - (mask + 1));
		ring->submitted = tail - (mask + 1);
	}
	for (; ring->submitted != tail && most > 0; ring->submitted++, most--) {
		const struct io_uring_sqe *entry =
		    &ring->entry[index[ring->submitted & mask] & mask];
		if (is_beyond_us(entry))
			counter_add_shared(&live.region->requests_unmatched, 1);
		if (entry->opcode == IORING_OP_CLOSE)
			object_forget_fd(entry->fd);
		enum effect effect = is_beyond_us(entry) ? EFFECT_NONE : effect_of(entry->opcode);
		request_submitted(
		    s, &(struct request){.name = name_of(ring, entry->user_data),
					 .object = effect ? object_of_fd(entry->fd) : NO_OBJECT,
					 .effect = (uint8_t)effect});
	}
}

static void look_at_completions(struct ring *ring, struct span *s)
{
	uint32_t tail = word(ring->completions, ring->cq.tail);
	uint32_t mask = ring->results - 1;
	const struct io_uring_cqe *entry = (const void *)(ring->completions + ring->cq.cqes);
	uint32_t waiting = tail - ring->completed;
	if (waiting > mask + 1) {
		counter_add_shared(&live.region->requests_unmatched, waiting - (mask + 1));
		ring->completed = tail - (mask + 1);
	}
	for (; ring->completed != tail; ring->completed++) {
		struct io_uring_cqe done = entry[ring->completed & mask];
		if (!(done.flags & COMPLETION_NOTICE))
			request_completed(s, name_of(ring, done.user_data), done.res,
					  done.flags & COMPLETION_MORE);
	}
}

/* Another thread that looks at the same time sees the same. */
static bool begin_look(struct ring *ring)
{
	return !__atomic_exchange_n(&ring->looked_at, 1, __ATOMIC_ACQUIRE);
}

static void end_look(struct ring *ring)
{
	__atomic_store_n(&ring->looked_at, 0, __ATOMIC_RELEASE);
}

static struct ring *ring_of(int fd)
{
	for (int i = 0; i < RINGS_MOST; i++)
		if (__atomic_load_n(&rings[i].used, __ATOMIC_ACQUIRE) == 2 && rings[i].fd == fd)
			return &rings[i];
	return NULL;
}

static void unmap(struct ring *ring)
{
	if (ring->queues)
		raw_munmap(ring->queues, ring->queues_bytes);
	if (ring->completions && ring->completions != ring->queues)
		raw_munmap(ring->completions, ring->completions_bytes);
	if (ring->entry)
		raw_munmap((void *)ring->entry, ring->entries_bytes);
}

static bool map(struct ring *ring, int fd, const struct io_uring_params *p)
{
	bool single = p->features & IORING_FEAT_SINGLE_MMAP;
	ring->queues_bytes = p->sq_off.array + p->sq_entries * sizeof(uint32_t);
	ring->completions_bytes = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);
	ring->entries_bytes = p->sq_entries * sizeof(struct io_uring_sqe);
	if (single && ring->completions_bytes > ring->queues_bytes)
		ring->queues_bytes = ring->completions_bytes;
	ring->queues =
	    raw_mmap(NULL, ring->queues_bytes, PROT_READ, MAP_SHARED, fd, IORING_OFF_SQ_RING);
	ring->completions = single ? ring->queues
				   : raw_mmap(NULL, ring->completions_bytes, PROT_READ, MAP_SHARED,
					      fd, IORING_OFF_CQ_RING);
	ring->entry =
	    raw_mmap(NULL, ring->entries_bytes, PROT_READ, MAP_SHARED, fd, IORING_OFF_SQES);
	ring->entries = p->sq_entries;
	ring->results = p->cq_entries;
	ring->sq = p->sq_off;
	ring->cq = p->cq_off;
	if (ring->queues && ring->completions && ring->entry) {
		RAW_3(SYS_madvise, ring->queues, ring->queues_bytes, MADV_DONTFORK);
		RAW_3(SYS_madvise, ring->completions, ring->completions_bytes, MADV_DONTFORK);
		RAW_3(SYS_madvise, ring->entry, ring->entries_bytes, MADV_DONTFORK);
		return true;
	}
	unmap(ring);
	return false;
}

void uring_made(struct span *s, long r, const struct io_uring_params *parameters)
{
	static uint32_t made;
	plain(s, r);
	if (r < 0)
		return;
	counter_add_shared(&live.region->uring_rings, 1);
	/* One of that number was closed by nobody that we saw. */
	uring_closing_range((unsigned)r, (unsigned)r);
	for (int i = 0; i < RINGS_MOST && !(parameters->flags & ~SETUP_KNOWN); i++) {
		struct ring *ring = &rings[i];
		uint32_t unused = 0;
		if (!__atomic_compare_exchange_n(&ring->used, &unused, 1, false, __ATOMIC_ACQUIRE,
						 __ATOMIC_RELAXED))
			continue;
		*ring = (struct ring){.used = 1, .fd = (int)r};
		ring->number = __atomic_add_fetch(&made, 1, __ATOMIC_RELAXED);
		bool mapped = map(ring, (int)r, parameters);
		__atomic_store_n(&ring->used, mapped ? 2 : 0, __ATOMIC_RELEASE);
		uring_present = true;
		if (mapped)
			return;
		break;
	}
	counter_add_shared(&live.region->uring_unread, 1);
}

void uring_entering(int fd, unsigned count, unsigned flags)
{
	struct ring *ring = uring_present ? ring_of(fd) : NULL;
	struct span s;
	if (!ring || !count || flags & ENTER_REGISTERED || !begin_look(ring))
		return;
	if (span_outside(&s, CALL_sys_io_uring_enter))
		look_at_submissions(ring, &s, count);
	end_look(ring);
}

/* What the kernel took without a look of ours, its entries may have been used again. */
static void catch_up(struct ring *ring)
{
	uint32_t missed = word(ring->queues, ring->sq.head) - ring->submitted;
	if ((int32_t)missed <= 0)
		return;
	counter_add_shared(&live.region->requests_unmatched, missed);
	ring->submitted += missed;
}

void uring_entered(struct span *s, long r, int fd, unsigned flags)
{
	plain(s, r);
	if (flags & ENTER_REGISTERED) {
		/* The number is another table's, of which nothing is known. */
		counter_add_shared(&live.region->requests_unmatched, r > 0 ? (uint64_t)r : 0);
		return;
	}
	struct ring *ring = uring_present ? ring_of(fd) : NULL;
	if (!ring || !begin_look(ring))
		return;
	catch_up(ring);
	look_at_completions(ring, s);
	end_look(ring);
}

static bool look_last(struct ring *ring)
{
	struct span s;
	if (!begin_look(ring))
		return false;
	if (recording_state.recording && self.thread && span_outside(&s, CALL_sys_io_uring_enter)) {
		catch_up(ring);
		look_at_completions(ring, &s);
	}
	end_look(ring);
	return true;
}

void uring_close(unsigned first, unsigned last)
{
	/* A child that shares our memory until it executes closes its own. */
	if (raw_getpid() != live.region->pid)
		return;
	for (int i = 0; i < RINGS_MOST; i++) {
		struct ring *ring = &rings[i];
		uint32_t in_use = 2;
		if (ring->fd < 0 || (unsigned)ring->fd < first || (unsigned)ring->fd > last ||
		    __atomic_load_n(&ring->used, __ATOMIC_ACQUIRE) != 2)
			continue;
		/* Another thread is looking: the mapping stays, rather than go from under it. */
		if (!look_last(ring) ||
		    !__atomic_compare_exchange_n(&ring->used, &in_use, 1, false, __ATOMIC_ACQ_REL,
						 __ATOMIC_RELAXED))
			continue;
		unmap(ring);
		__atomic_store_n(&ring->used, 0, __ATOMIC_RELEASE);
	}
}

void uring_finish(void)
{
	for (int i = 0; i < RINGS_MOST && uring_present; i++)
		if (__atomic_load_n(&rings[i].used, __ATOMIC_ACQUIRE) == 2)
			look_last(&rings[i]);
}

void uring_forget(void)
{
	/* Its mappings are not inherited: MADV_DONTFORK. */
	memset(rings, 0, sizeof(rings));
	uring_present = false;
}
