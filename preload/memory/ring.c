/*
 * ring.c - one thread's page faults as the kernel samples them: perf events, and the memory that
 * they write to.
 */
#include "memory/ring.h"

#include "abi/raw.h"
#include "memory/probe.h"

#include <fcntl.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <time.h>

#define PAGE	    4096ul
#define PAGES_FIRST 16 /* 2048 faults */
#define PAGES_LEAST 4
#define NEVER	    0x7fffffff

/* PERF_RECORD_SAMPLE with IP, TIME and ADDR; PERF_RECORD_LOST. */
struct record {
	struct perf_event_header head;
	union {
		struct {
			uint64_t instruction, time_ns, address;
		} sample;
		struct {
			uint64_t id, count;
		} lost;
	};
};

static struct perf_event_attr event(uint64_t config, uint64_t period, bool kernel_mode)
{
	return (struct perf_event_attr){
	    .type = PERF_TYPE_SOFTWARE,
	    .size = sizeof(struct perf_event_attr),
	    .config = config,
	    .sample_period = period,
	    .sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_TIME | PERF_SAMPLE_ADDR,
	    .exclude_kernel = !kernel_mode,
	    .exclude_hv = 1,
	    .use_clockid = 1,
	    .clockid = CLOCK_MONOTONIC,
	    .wakeup_events = NEVER,
	};
}

static long open_event(uint64_t config, uint64_t period, bool kernel_mode)
{
	struct perf_event_attr attributes = event(config, period, kernel_mode);
	return RAW_5(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

bool ring_may_ask(void)
{
	struct perf_event_attr attributes = event(PERF_COUNT_SW_PAGE_FAULTS_MIN, 1, false);
	return probe_perf_event_open(&attributes);
}

/* A mapping of its first page and `pages` more; it keeps the event, and fd is closed. */
static void *map_event(int fd, size_t pages, int protection)
{
	void *at = raw_mmap(NULL, (1 + pages) * PAGE, protection, MAP_SHARED, fd, 0);
	raw_close(fd);
	return at;
}

static void *map_samples(int fd, uint64_t *bytes)
{
	for (size_t pages = PAGES_FIRST; pages >= PAGES_LEAST; pages /= 2) {
		void *at =
		    raw_mmap(NULL, (1 + pages) * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		*bytes = pages * PAGE;
		if (at)
			return at;
	}
	return NULL;
}

/*
 * The event that only counts, so that its signal comes in user mode: were it
 * that of the samples, each would raise one (kernel/events/core.c,
 * __perf_event_overflow()).
 */
static void open_filling(struct ring *ring, const struct ring_wish *wish)
{
	struct f_owner_ex owner = {.type = F_OWNER_TID, .pid = (pid_t)raw_gettid()};
	long fd = open_event(PERF_COUNT_SW_PAGE_FAULTS_MIN, wish->interval, false);
	if (fd < 0)
		return;
	bool ready = RAW_3(SYS_fcntl, fd, F_SETOWN_EX, &owner) == 0 &&
		     RAW_3(SYS_fcntl, fd, F_SETSIG, wish->signal) == 0 &&
		     RAW_3(SYS_fcntl, fd, F_SETFL, O_ASYNC) == 0;
	ring->filling_fd = (int32_t)fd;
	if (ready)
		ring->filling = map_event((int)fd, 0, PROT_READ);
	else
		raw_close((int)fd);
}

enum ring_error ring_open(struct ring *ring, const struct ring_wish *wish, int *error)
{
	*ring = (struct ring){.filling_fd = -1};
	long fd = open_event(PERF_COUNT_SW_PAGE_FAULTS_MIN, 1, wish->kernel_mode);
	*error = (int)-fd;
	if (fd < 0)
		return RING_NO_EVENT;
	struct perf_event_mmap_page *minor = map_samples((int)fd, &ring->minor_bytes);
	raw_close((int)fd);
	*error = EPERM;
	if (!minor)
		return RING_NO_MEMORY;
	fd = open_event(PERF_COUNT_SW_PAGE_FAULTS_MAJ, 1, wish->kernel_mode);
	if (fd >= 0)
		ring->major = map_event((int)fd, 1, PROT_READ | PROT_WRITE);
	if (wish->signal)
		open_filling(ring, wish);
	ring->minor = minor;
	return 0;
}

void ring_silence(struct ring *ring)
{
	void *filling = __atomic_exchange_n(&ring->filling, NULL, __ATOMIC_ACQ_REL);
	if (filling)
		raw_munmap(filling, PAGE);
}

void ring_close(struct ring *ring)
{
	ring_silence(ring);
	if (ring->minor)
		raw_munmap(ring->minor, PAGE + ring->minor_bytes);
	if (ring->major)
		raw_munmap(ring->major, 2 * PAGE);
	*ring = (struct ring){.filling_fd = -1};
}

uint64_t ring_written(const struct ring *ring)
{
	return __atomic_load_n(&ring->minor->data_head, __ATOMIC_ACQUIRE);
}

uint64_t ring_read(const struct ring *ring)
{
	return ring->minor->data_tail;
}

const uint64_t *ring_counts_at(const struct ring *ring)
{
	return (const uint64_t *)&ring->minor->data_head;
}

/* Words, since a record may begin at the end of the ring and go on at its start. */
static void copy_record(const char *data, uint64_t bytes, uint64_t at, struct record *record)
{
	uint64_t *word = (uint64_t *)record;
	word[0] = *(const uint64_t *)(data + at % bytes);
	size_t size = record->head.size < sizeof(*record) ? record->head.size : sizeof(*record);
	for (size_t i = 1; i < size / 8; i++)
		word[i] = *(const uint64_t *)(data + (at + i * 8) % bytes);
}

static bool is_in_kernel(const struct perf_event_header *head)
{
	return (head->misc & PERF_RECORD_MISC_CPUMODE_MASK) == PERF_RECORD_MISC_KERNEL;
}

static unsigned take(struct perf_event_mmap_page *page, uint64_t bytes, bool major,
		     struct fault *faults, uint64_t *positions, unsigned most, uint64_t *lost)
{
	uint64_t written = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
	uint64_t at = page->data_tail;
	unsigned count = 0;
	while (at != written && count < most) {
		struct record record;
		copy_record((const char *)page + PAGE, bytes, at, &record);
		if (record.head.type == PERF_RECORD_LOST) {
			*lost += record.lost.count;
		} else if (record.head.type == PERF_RECORD_SAMPLE) {
			faults[count] = (struct fault){.address = record.sample.address,
						       .instruction = record.sample.instruction,
						       .time_ns = record.sample.time_ns,
						       .in_kernel = is_in_kernel(&record.head),
						       .major = major};
			positions[count++] = major ? 0 : at;
		}
		at += record.head.size;
	}
	__atomic_store_n(&page->data_tail, at, __ATOMIC_RELEASE);
	return count;
}

unsigned ring_take(struct ring *ring, struct fault *faults, uint64_t *positions, unsigned most,
		   uint64_t *lost)
{
	unsigned count = take(ring->minor, ring->minor_bytes, false, faults, positions, most, lost);
	if (!count && ring->major)
		count = take(ring->major, PAGE, true, faults, positions, most, lost);
	return count;
}

unsigned ring_within(const struct ring *ring, uint64_t before, uintptr_t start, uintptr_t end,
		     uintptr_t *addresses, unsigned most)
{
	unsigned found = 0;
	struct record record;
	for (uint64_t at = ring_read(ring); at < before; at += record.head.size) {
		copy_record((const char *)ring->minor + PAGE, ring->minor_bytes, at, &record);
		if (record.head.type == PERF_RECORD_SAMPLE && record.sample.address >= start &&
		    record.sample.address < end)
			addresses[found++ % most] = record.sample.address;
	}
	return found < most ? found : most;
}
