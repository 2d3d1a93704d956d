/*
 * mapping_calls.c - the system calls that make, move and end mappings, for what they mean to the
 * table of mappings.
 */
#include "memory/mapping_calls.h"

#include "abi/counter.h"
#include "abi/raw.h"
#include "memory/brackets.h"
#include "memory/faults.h"
#include "memory/forks.h"
#include "memory/mapping_rows.h"
#include "memory/pagemap.h"
#include "memory/reasons.h"
#include "region/recording.h"
#include "region/signals.h"
#include "region/thread.h"

#include <sys/shm.h>
#include <sys/stat.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

/* What was before the table was taken: whether bookkeeping was under way, and which signals were
 * blocked. */
struct turn {
	uintptr_t busy;
	uint64_t signals;
};

static void give_back(const struct turn *turn)
{
	if (!turn->busy)
		bookkeeping_end();
	signals_release(turn->signals);
}

/* The table, and the thread's bookkeeping with it; false where it is somebody else's now. */
static bool begin(struct turn *turn)
{
	turn->signals = signals_hold();
	turn->busy = self.busy;
	if (!self.busy)
		bookkeeping_begin((uintptr_t)turn);
	if (mappings_lock())
		return true;
	mappings_mark_stale();
	give_back(turn);
	return false;
}

static void end(const struct turn *turn)
{
	mappings_unlock();
	give_back(turn);
}

static uintptr_t page_up(uintptr_t address)
{
	return (address + PAGE_BYTES - 1) & -PAGE_BYTES;
}

/* Of a file it is of interest how much of it was mapped in, before that is gone. */
static void count_pages(const struct area *area, void *argument)
{
	struct page_counts counts;
	if (area->row == ROW_NONE || !mapping_kind_table[area->kind].is_file ||
	    !pagemap_count(area->start, area->end, &counts))
		return;
	struct mapping *mapping = mapping_at(area->row);
	counter_add_shared(&mapping->mapped_in_bytes, counts.present * PAGE_BYTES);
	counter_add_shared(&mapping->private_bytes,
			   pages_written(area->start, area->end, &counts) * PAGE_BYTES);
}

/* What is in [start, end) is about to go. */
static void leave(uintptr_t start, uintptr_t until)
{
	struct turn turn;
	faults_drain();
	forks_left(start, until);
	if (!begin(&turn))
		return;
	mappings_each(start, until, count_pages, NULL);
	mappings_remove(start, until);
	reasons_forget(start, until);
	end(&turn);
}

/* The pages are about to go, and what they belong to stays. */
static void leave_pages(uintptr_t start, uintptr_t until)
{
	struct turn turn;
	faults_drain();
	forks_left(start, until);
	if (!begin(&turn))
		return;
	reasons_forget(start, until);
	end(&turn);
}

static void insert(const struct area *area)
{
	struct turn turn;
	if (area->start >= area->end || !begin(&turn))
		return;
	mappings_insert(area);
	mapping_row_mapped(area->row, 1, area->end - area->start);
	end(&turn);
}

/*
 * Calls that bring pages in fault on the thread's account, but nobody samples it
 * (mm/memory.c, mm_account_fault: get_user_pages has no registers).
 */
static void populating(struct mapping_call *call)
{
	call->populates = true;
	bracket_begin(&call->bracket);
}

static void populated(struct mapping_call *call, uintptr_t start, uintptr_t until)
{
	struct turn turn;
	if (!bracket_end(&call->bracket))
		call->bracket.minor = call->bracket.major = 0;
	if (!begin(&turn))
		return;
	uint64_t pages =
	    reasons_account_range(start, until, call->bracket.minor, call->bracket.major);
	const struct area *area = mappings_find(start);
	if (area && area->row != ROW_NONE)
		counter_add_shared(&mapping_at(area->row)->populated_bytes, pages * PAGE_BYTES);
	end(&turn);
}

/* mmap */

static bool replaces(long flags)
{
	return flags & MAP_FIXED;
}

static bool populates(long flags)
{
	return flags & MAP_LOCKED || (flags & MAP_POPULATE && !(flags & MAP_NONBLOCK));
}

/* Nothing is in it yet that another could have put there: whoever faults on a page fills it. */
static bool is_fresh_file(int fd)
{
	struct stat status;
	return raw_fstat(fd, &status) == 0 && status.st_blocks == 0;
}

static void describe_anonymous(struct area *area, long flags)
{
	enum mapping_kind kind = flags & MAP_STACK ? MAPPING_THREAD_STACK : MAPPING_ANONYMOUS;
	if (area->flags & AREA_SHARED)
		kind = MAPPING_SHARED_ANONYMOUS;
	area->kind = (uint16_t)kind;
	area->row = mapping_row_of_kind(kind);
	area->flags |= AREA_NAMED | AREA_FRESH;
}

static void describe_file(struct area *area, int fd)
{
	enum mapping_kind kind = MAPPING_FILE;
	area->row = mapping_row_of_object(object_if_known(fd), area->flags & AREA_SHARED, &kind);
	area->kind = (uint16_t)kind;
	if (area->row == ROW_NONE)
		return;
	area->flags |= AREA_NAMED;
	if (area->flags & AREA_SHARED && (kind == MAPPING_TMPFS || kind == MAPPING_MEMFD) &&
	    is_fresh_file(fd))
		area->flags |= AREA_FRESH;
}

static void mapped(struct mapping_call *call, const long a[6], long r)
{
	struct area area = {.start = (uintptr_t)r, .end = page_up((uintptr_t)r + (size_t)a[1])};
	long type = a[3] & MAP_TYPE;
	if (self.own || self.busy)
		return; /* ours, most likely; else it will be found in /proc/self/maps */
	if (type == MAP_SHARED || type == MAP_SHARED_VALIDATE)
		area.flags |= AREA_SHARED;
	if (a[3] & MAP_ANONYMOUS)
		describe_anonymous(&area, a[3]);
	else
		describe_file(&area, (int)a[4]);
	insert(&area);
	if (call->populates)
		populated(call, area.start, area.end);
}

/* mremap */

static void take_moving(struct mapping_call *call, uintptr_t start, uintptr_t until)
{
	struct turn turn;
	if (!begin(&turn))
		return;
	const struct area *area = mappings_find(start);
	if (area && area->end >= until && area->kind != MAPPING_TRACER) {
		call->moving = *area;
		call->moving.start = start;
		call->moving.end = until;
	}
	end(&turn);
}

static void moving(struct mapping_call *call, const long a[6])
{
	uintptr_t from = (uintptr_t)a[0], until = page_up(from + (size_t)a[1]);
	faults_drain();
	if (a[3] & MREMAP_FIXED)
		leave((uintptr_t)a[4], page_up((uintptr_t)a[4] + (size_t)a[2]));
	if (until == from)
		until += PAGE_BYTES; /* shared memory is mapped once more, and stays */
	take_moving(call, from, until);
}

static void moved(const struct mapping_call *call, const long a[6], long r)
{
	uintptr_t from = (uintptr_t)a[0], to = (uintptr_t)r;
	struct turn turn;
	size_t old_bytes = page_up((size_t)a[1]), bytes = page_up((size_t)a[2]);
	struct area area = call->moving;
	if (bytes < old_bytes)
		forks_left(from + bytes, from + old_bytes);
	if (from != to)
		forks_moved(from, to, old_bytes < bytes ? old_bytes : bytes);
	if (!begin(&turn))
		return;
	if (from == to && bytes < old_bytes)
		reasons_forget(from + bytes, from + old_bytes);
	if (from != to)
		reasons_move(from, to, old_bytes < bytes ? old_bytes : bytes);
	if (!(a[3] & MREMAP_DONTUNMAP))
		mappings_remove(from, from + old_bytes);
	area.start = to;
	area.end = to + bytes;
	if (call->moving.end) {
		mappings_insert(&area);
		if (bytes > old_bytes)
			mapping_row_mapped(area.row, 0, bytes - old_bytes);
	}
	end(&turn);
}

/* madvise */

static void advised(struct mapping_call *call, const long a[6])
{
	uintptr_t start = (uintptr_t)a[0], until = page_up(start + (size_t)a[1]);
	struct turn turn;
	if (call->populates)
		populated(call, start, until);
	if ((a[2] != MADV_HUGEPAGE && a[2] != MADV_NOHUGEPAGE) || !begin(&turn))
		return;
	mappings_mark(start, until, AREA_HUGE, a[2] == MADV_HUGEPAGE);
	end(&turn);
}

static void advising(struct mapping_call *call, const long a[6])
{
	uintptr_t start = (uintptr_t)a[0];
	switch (a[2]) {
	case MADV_DONTNEED:
	case MADV_DONTNEED_LOCKED:
	case MADV_FREE:
	case MADV_REMOVE:
		leave_pages(start, page_up(start + (size_t)a[1]));
		return;
	case MADV_POPULATE_READ:
	case MADV_POPULATE_WRITE:
		populating(call);
		return;
	}
}

/* brk */

static void shrinking(uintptr_t to)
{
	uintptr_t heap_start, heap_end = 0;
	struct turn turn;
	if (!to || !begin(&turn))
		return;
	heap_end = mappings_heap(&heap_start);
	end(&turn);
	if (page_up(to) < heap_end)
		leave(page_up(to), heap_end);
}

static void shrunk_or_grown(uintptr_t to)
{
	uintptr_t start;
	struct turn turn;
	if (!begin(&turn))
		return;
	uintptr_t heap_end = mappings_heap(&start);
	struct area area = {.start = heap_end, .end = page_up(to), .kind = MAPPING_HEAP};
	if (heap_end && area.start < area.end) {
		area.row = mapping_row_of_kind(MAPPING_HEAP);
		area.flags = AREA_NAMED;
		mappings_insert(&area);
		mapping_row_mapped(area.row, 0, area.end - area.start);
	}
	end(&turn);
}

/* System V */

static void attaching(struct mapping_call *call, int id)
{
	struct shmid_ds status;
	enum mapping_kind kind;
	faults_drain();
	if (RAW_3(SYS_shmctl, id, IPC_STAT, &status) < 0)
		return;
	call->moving = (struct area){.end = page_up(status.shm_segsz),
				     .kind = MAPPING_SYSV_SHM,
				     .flags = AREA_SHARED | AREA_NAMED};
	/* Nobody has ever had it, and put anything in it. */
	if (status.shm_atime == 0)
		call->moving.flags |= AREA_FRESH;
	call->moving.row = mapping_row_of_object(object_of_id(KIND_SYSV_SHM, id), true, &kind);
}

static void attached(const struct mapping_call *call, uintptr_t at)
{
	struct area area = call->moving;
	if (!area.end) {
		mappings_mark_stale();
		return;
	}
	area.start = at;
	area.end += at;
	insert(&area);
}

static void detaching(uintptr_t start)
{
	uintptr_t until = 0;
	struct turn turn;
	if (!begin(&turn))
		return;
	const struct area *area = mappings_find(start);
	if (area && area->kind == MAPPING_SYSV_SHM)
		until = area->end;
	end(&turn);
	if (until)
		leave(start, until);
}

void mapping_call_enter(struct mapping_call *call, long number, const long a[6])
{
	call->populates = false;
	call->moving.end = 0;
	if (!recording_on() || !(self.thread || thread_take()))
		return;
	if (number != SYS_mmap || replaces(a[3]))
		brackets_forget();
	switch (number) {
	case SYS_mmap:
		/* A page that is mapped twice doesn't show any more that nobody else has it. */
		if (a[3] & MAP_SHARED && a[4] >= 0)
			faults_drain();
		if (replaces(a[3]))
			leave((uintptr_t)a[0], page_up((uintptr_t)a[0] + (size_t)a[1]));
		if (populates(a[3]))
			populating(call);
		break;
	case SYS_munmap:
		leave((uintptr_t)a[0], page_up((uintptr_t)a[0] + (size_t)a[1]));
		break;
	case SYS_mremap:
		moving(call, a);
		break;
	case SYS_madvise:
		advising(call, a);
		break;
	case SYS_shmat:
		attaching(call, (int)a[0]);
		break;
	case SYS_brk:
		shrinking((uintptr_t)a[0]);
		break;
	case SYS_shmdt:
		detaching((uintptr_t)a[0]);
		break;
	case SYS_mlock:
	case SYS_mlock2:
		populating(call);
		break;
	}
}

void mapping_call_exit(struct mapping_call *call, long number, const long a[6], long r)
{
	bool failed = r < 0 && r > -4096;
	if (!recording_state.recording || !self.thread)
		return;
	if (failed) {
		/* What was taken for gone is still there. */
		if (number == SYS_munmap || number == SYS_mremap || number == SYS_shmdt ||
		    (number == SYS_mmap && replaces(a[3])))
			mappings_mark_stale();
		return;
	}
	switch (number) {
	case SYS_mmap:
		mapped(call, a, r);
		break;
	case SYS_mremap:
		moved(call, a, r);
		break;
	case SYS_madvise:
		advised(call, a);
		break;
	case SYS_brk:
		shrunk_or_grown((uintptr_t)r);
		break;
	case SYS_shmat:
		attached(call, (uintptr_t)r);
		break;
	case SYS_mlock:
	case SYS_mlock2:
		populated(call, (uintptr_t)a[0] & -PAGE_BYTES,
			  page_up((uintptr_t)a[0] + (size_t)a[1]));
		break;
	}
}
