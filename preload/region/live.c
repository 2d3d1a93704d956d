/*
 * live.c - this process's live region: made, mapped, filled.
 */
#include "region/live.h"

#include "abi/clock.h"
#include "abi/raw.h"
#include "region/own_faults.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#define BACKING_FIRST (64ul << 10) /* enough for a program that does nothing */
#define BACKING_STEP  (16ul << 10)
#define PAGE	      4096ul

/* Else what finds no row, and there is no room for rows, would find none either. */
_Static_assert(sizeof(struct region) + CALLS * sizeof(struct cell) + (12ul << 10) <= BACKING_FIRST,
	       "there is room for the header, the overflow and a thread");

struct live live;

static uint64_t limit(int resource)
{
	struct rlimit limit;
	if (RAW_4(SYS_prlimit64, 0, resource, NULL, &limit) < 0)
		return RLIM_INFINITY;
	return limit.rlim_cur;
}

bool live_reserve(void)
{
	uint64_t bytes = REGION_BYTES;
	/* A file longer than RLIMIT_FSIZE would get the program SIGXFSZ. */
	while (bytes > REGION_BYTES_LEAST &&
	       (bytes > limit(RLIMIT_FSIZE) || bytes > limit(RLIMIT_AS) / 8))
		bytes /= 2;
	live.region =
	    raw_mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!live.region)
		return false;
	live.bytes = bytes;
	return true;
}

static void describe_table(struct table *table, uint32_t record_bytes, uint32_t first,
			   uint32_t most)
{
	table->record_bytes = record_bytes;
	table->first = first;
	table->limit = most;
}

static int open_file(const char *path)
{
	long fd = raw_open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return (int)fd;
	RAW_2(SYS_fchmod, fd, 0600); /* whatever the umask is */
	long error =
	    live.bytes > limit(RLIMIT_FSIZE) ? -EFBIG : RAW_2(SYS_ftruncate, fd, live.bytes);
	if (error < 0) {
		raw_close((int)fd);
		raw_unlink(path);
		return (int)error;
	}
	return (int)fd;
}

/* Makes sure of pages now: a store to a page that tmpfs can't give ends the program with SIGBUS. */
static long back(uint64_t from, uint64_t to)
{
	struct own_faults own;
	own_faults_begin(&own);
	long error = RAW_3(SYS_madvise, (char *)live.region + from, to - from, MADV_POPULATE_WRITE);
	own_faults_end(&own);
	return error;
}

/*
 * The first pages are taken at once, and mapped when they are needed: a short
 * process needs half of them.
 */
static long back_first(int fd, uint64_t bytes)
{
	long error;
	do
		error = RAW_4(SYS_fallocate, fd, 0, 0, bytes);
	while (error == -EINTR);
	if (error == -EOPNOTSUPP)
		return back(0, bytes);
	/* As for later pages, which the kernel may be too old for. */
	return error ? error : back(0, PAGE);
}

static long map(int fd)
{
	void *at = raw_mmap(live.region, live.bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
			    fd, 0);
	return at ? 0 : -ENOMEM;
}

int live_renew(const char *path)
{
	const char *from = (const char *)live.region, *end = from + live.region->backed;
	int fd = open_file(path);
	if (fd < 0)
		return fd;
	long n = 1;
	while (from < end && (n = raw_write(fd, from, (size_t)(end - from))) > 0)
		from += n;
	long error = from == end ? map(fd) : n ? n : -EIO;
	raw_close(fd);
	if (error)
		raw_unlink(path);
	return (int)error;
}

int live_create(const char *path)
{
	int fd = open_file(path);
	if (fd < 0)
		return fd;
	long error = map(fd);
	uint64_t backed = BACKING_FIRST;
	live.made = !error;
	if (!error)
		error = back_first(fd, backed);
	if (error == -EINVAL) {
		/* Before Linux 5.14: reserve the least there may be, and stay within it. */
		backed = live.bytes = REGION_BYTES_LEAST;
		error = RAW_4(SYS_fallocate, fd, 0, 0, backed);
	}
	raw_close(fd);
	if (error) {
		raw_unlink(path);
		/* What a fault says that finds no page: mm/madvise.c, madvise_populate(). */
		return error == -EFAULT ? -ENOSPC : (int)error;
	}

	struct region *region = live.region;
	region->layout = REGION_LAYOUT;
	region->header_bytes = sizeof(*region);
	region->fingerprint = table_fingerprint();
	region->bytes = live.bytes;
	region->used = (sizeof(*region) + REGION_ALIGNMENT - 1) & -(uint64_t)REGION_ALIGNMENT;
	region->backed = backed;
	describe_table(&region->threads, sizeof(struct thread), 8, THREADS_MOST);
	describe_table(&region->objects, sizeof(struct object), 64, 16384);
	describe_table(&region->stacks, sizeof(struct stack), 64, STACKS_MOST);
	describe_table(&region->large_rows, sizeof(struct large_row), 8, LARGE_ROWS_MOST);
	describe_table(&region->stacks_live, sizeof(struct stack_live), 64, STACKS_MOST);
	/* Now, for when there is no room later. */
	describe_table(&region->overflow, sizeof(struct cell), CALLS, CALLS);
	if (live_take(CALLS * sizeof(struct cell), &region->overflow.chunk[0]))
		region->overflow.count = CALLS;
	describe_table(&region->modules, sizeof(struct module), 32, MODULES_MOST);
	describe_table(&region->untraced, sizeof(struct untraced), 8, UNTRACED_MOST);
	describe_table(&region->untraced_processes, sizeof(struct untraced_process), 8,
		       UNTRACED_PROCESSES_MOST);
	describe_table(&region->children, sizeof(struct child), 8, CHILDREN_MOST);
	describe_table(&region->fault_cells, sizeof(struct fault_cell), 32, FAULT_CELLS_MOST);
	describe_table(&region->forks, sizeof(struct fork_record), 8, FORKS_MOST);
	describe_table(&region->fork_runs, sizeof(struct fork_run), 32, FORK_RUNS_MOST);
	describe_table(&region->mappings, sizeof(struct mapping), 16, MAPPINGS_MOST);
	live_moment(&region->start);
	region->start_realtime_ns = clock_ns(CLOCK_REALTIME);
	return 0;
}

/* Has pages up to there; false where there are none to be had. */
static bool back_up_to(uint64_t end)
{
	struct region *region = live.region;
	uint64_t backed = __atomic_load_n(&region->backed, __ATOMIC_RELAXED);
	if (end <= backed)
		return true;
	uint64_t to = (end + BACKING_STEP - 1) & -BACKING_STEP;
	if (to > live.bytes)
		to = live.bytes;
	if (back(backed, to) < 0)
		return false;
	__atomic_store_n(&region->backed, to, __ATOMIC_RELAXED);
	return true;
}

void live_back_ahead(uint64_t bytes)
{
	uint64_t end = __atomic_load_n(&live.region->used, __ATOMIC_RELAXED) + bytes;
	back_up_to(end < live.bytes ? end : live.bytes);
}

void *live_take(uint64_t bytes, uint64_t *offset)
{
	struct region *region = live.region;
	bytes = (bytes + REGION_ALIGNMENT - 1) & -(uint64_t)REGION_ALIGNMENT;
	uint64_t at = __atomic_load_n(&region->used, __ATOMIC_RELAXED);
	do {
		if (bytes > live.bytes || at > live.bytes - bytes)
			return NULL;
		if (!back_up_to(at + bytes))
			return NULL;
	} while (!__atomic_compare_exchange_n(&region->used, &at, at + bytes, false,
					      __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
	*offset = at;
	return (char *)region + at;
}

/* Publishes chunk k of a table where it isn't there yet; a loser's bytes are given up. */
static bool need_chunk(struct table *table, int k)
{
	uint64_t offset, none = 0;
	if (__atomic_load_n(&table->chunk[k], __ATOMIC_ACQUIRE))
		return true;
	if (!live_take(((uint64_t)table->first << k) * table->record_bytes, &offset))
		return __atomic_load_n(&table->chunk[k], __ATOMIC_ACQUIRE) != 0;
	__atomic_compare_exchange_n(&table->chunk[k], &none, offset, false, __ATOMIC_ACQ_REL,
				    __ATOMIC_ACQUIRE);
	return true;
}

void *live_append(struct table *table, uint32_t *index)
{
	uint32_t i = __atomic_load_n(&table->count, __ATOMIC_ACQUIRE);
	do {
		if (i >= table->limit)
			return NULL;
		int k = 31 - __builtin_clz(i / table->first + 1);
		if (k >= TABLE_CHUNKS || !need_chunk(table, k))
			return NULL;
	} while (!__atomic_compare_exchange_n(&table->count, &i, i + 1, false, __ATOMIC_ACQ_REL,
					      __ATOMIC_ACQUIRE));
	*index = i;
	return live_at(table, i);
}

void *live_need(struct table *table, uint32_t index)
{
	if (index >= table->limit)
		return NULL;
	int k = 31 - __builtin_clz(index / table->first + 1);
	if (k >= TABLE_CHUNKS || !need_chunk(table, k))
		return NULL;
	uint32_t count = __atomic_load_n(&table->count, __ATOMIC_RELAXED);
	while (count <= index &&
	       !__atomic_compare_exchange_n(&table->count, &count, index + 1, true,
					    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		;
	return live_at(table, index);
}

struct text live_text(const char *bytes, size_t n)
{
	struct text text = {.at = 0, .bytes = 0};
	void *copy = n ? live_take(n, &text.at) : NULL;
	if (copy) {
		memcpy(copy, bytes, n);
		text.bytes = (uint32_t)n;
	}
	return text;
}

void live_moment(struct moment *moment)
{
	moment->ticks = clock_ticks();
	moment->monotonic_ns = clock_ns(CLOCK_MONOTONIC);
	/* A filter of the program's may forbid to ask. */
	if (moment->monotonic_ns)
		live.region->last = *moment;
}
