/*
 * kernel_io.c - what the kernel counts of a process and of each of its threads (/proc/PID/io).
 */
#include "region/kernel_io.h"

#include "abi/counter.h"
#include "abi/raw.h"
#include "region/recording.h"
#include "region/thread.h"

#include <dirent.h>
#include <limits.h>
#include <pthread.h>

#define FIRST_KEYS 32 /* PTHREAD_KEY_2NDLEVEL_SIZE of glibc's nptl/descr.h */

/* The number behind the label at the start of a line; 0 where there is none. */
static uint64_t number_of(const char *line, const char *end, const char *label)
{
	while (line < end) {
		const char *at = line, *want = label;
		while (at < end && *want && *at == *want)
			at++, want++;
		if (!*want) {
			uint64_t n = 0;
			for (; at < end && *at >= '0' && *at <= '9'; at++)
				n = n * 10 + (uint64_t)(*at - '0');
			return n;
		}
		while (line < end && *line != '\n')
			line++;
		line++;
	}
	return 0;
}

void kernel_io_read(const char *path, struct io_counters *io)
{
	char text[512];
	long fd = raw_open(path, O_RDONLY | O_CLOEXEC, 0), n = fd;
	if (fd >= 0) {
		n = raw_read((int)fd, text, sizeof(text)); /* the kernel gives it whole */
		raw_close((int)fd);
	}
	*io = (struct io_counters){.known = n > 0};
	if (n <= 0)
		return;
	io->rchar = number_of(text, text + n, "rchar: ");
	io->wchar = number_of(text, text + n, "wchar: ");
	io->read_bytes = number_of(text, text + n, "read_bytes: ");
	io->write_bytes = number_of(text, text + n, "write_bytes: ");
	io->text_bytes = (uint64_t)n;
}

/* What the ledger has of the calling thread, of bytes that the kernel counts. */
static void explain(struct kernel_io_mark *mark)
{
	const struct table *cells = self.thread ? &self.thread->cells : NULL;
	uint32_t count = cells ? __atomic_load_n(&cells->count, __ATOMIC_ACQUIRE) : 0;

	mark->explained_rchar = mark->explained_wchar = 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct cell *cell = live_at(cells, i);
		uint32_t flags = call_table[cell->call].flags;
		if (flags & RCHAR)
			mark->explained_rchar += cell->column[COLUMN_returned_bytes];
		if (flags & WCHAR)
			mark->explained_wchar += cell->column[COLUMN_returned_bytes];
	}
}

void kernel_io_own_read(uint64_t n)
{
	/* A child in our memory: the kernel counts it as that one's. */
	if (raw_getpid() != live.region->pid)
		return;
	counter_add(&self.own_read_bytes, n);
	counter_add_shared(&live.region->own_read_bytes, n);
	if (self.figures_kept)
		counter_add_shared(&live.region->ended_rchar, n);
}

void kernel_io_own_begin(struct kernel_io_mark *mark)
{
	explain(mark);
	mark->own_read_bytes = self.own_read_bytes;
	kernel_io_read(KERNEL_IO_THREAD, &mark->io);
}

void kernel_io_own_end(struct kernel_io_mark *mark)
{
	struct kernel_io_mark before = *mark;
	kernel_io_read(KERNEL_IO_THREAD, &mark->io);
	explain(mark);
	mark->own_read_bytes = self.own_read_bytes;
	if (!before.io.known || !mark->io.known)
		return;
	/* The reading is its own part of what comes next. */
	mark->io.rchar += mark->io.text_bytes;
	counter_add_shared(&live.region->own_read_bytes,
			   mark->io.rchar - before.io.rchar -
			       (mark->explained_rchar - before.explained_rchar) -
			       (mark->own_read_bytes - before.own_read_bytes));
	counter_add_shared(&live.region->own_written_bytes,
			   mark->io.wchar - before.io.wchar -
			       (mark->explained_wchar - before.explained_wchar));
}

/* What /proc/self/task lists: only names that are numbers are of threads. */
static bool path_of(char *path, size_t room, const char *tid)
{
	static const char before[] = "/proc/self/task/", behind[] = "/io";
	size_t used = 0;
	for (const char *c = before; *c; c++)
		path[used++] = *c;
	for (; *tid >= '0' && *tid <= '9' && used < room - sizeof(behind); tid++)
		path[used++] = *tid;
	if (*tid || used == sizeof(before) - 1)
		return false;
	for (const char *c = behind; *c; c++)
		path[used++] = *c;
	path[used] = '\0';
	return true;
}

static long number(const char *digits)
{
	long n = 0;
	for (; *digits >= '0' && *digits <= '9'; digits++)
		n = n * 10 + (*digits - '0');
	return n;
}

uint32_t kernel_io_other_threads(struct io_counters *sum)
{
	_Alignas(struct dirent64) char listing[2048];
	long fd = raw_open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	long n, tid = raw_gettid();
	uint32_t others = 0;

	sum->known = fd >= 0;
	while (fd >= 0 && (n = RAW_3(SYS_getdents64, fd, listing, sizeof(listing))) > 0) {
		for (long at = 0; at < n;) {
			const struct dirent64 *entry = (const void *)(listing + at);
			struct io_counters io;
			char path[48];
			at += entry->d_reclen;
			if (!path_of(path, sizeof(path), entry->d_name) ||
			    number(entry->d_name) == tid)
				continue;
			kernel_io_read(path, &io);
			if (!io.known) /* it has ended meanwhile */
				continue;
			others++;
			sum->rchar += io.rchar;
			sum->wchar += io.wchar;
		}
	}
	if (fd >= 0)
		raw_close((int)fd);
	return others;
}

static pthread_key_t key;
static bool watching;

static void keep_figures(void)
{
	struct io_counters io;
	/* The first thread is among the others' until the process ends. */
	if (!recording_on() || live.region->pid == raw_gettid())
		return;
	kernel_io_read(KERNEL_IO_THREAD, &io);
	if (!io.known)
		return;
	counter_add_shared(&live.region->ended_rchar, io.rchar + io.text_bytes);
	counter_add_shared(&live.region->ended_wchar, io.wchar);
	counter_add_shared(&live.region->own_read_bytes, io.text_bytes);
	self.figures_kept = true;
}

/*
 * Destructors of other keys may still read and write. They run in rounds, as
 * long as one has set its value again: in the last round there is nobody left.
 */
static void thread_ends(void *value)
{
	uintptr_t rounds = (uintptr_t)value;
	if (rounds <= 1 || pthread_setspecific(key, (void *)(rounds - 1)) != 0)
		keep_figures();
}

/*
 * Within a round they run in the order of the keys, so ours is to be the last
 * of those whose values lie in the thread's own descriptor: to set one of
 * those allocates nothing.
 */
bool kernel_io_watch_threads(void)
{
	pthread_key_t taken[FIRST_KEYS], one;
	int count = 0;
	while (!watching && pthread_key_create(&one, thread_ends) == 0) {
		if (one >= FIRST_KEYS) {
			pthread_key_delete(one);
			break;
		}
		taken[count++] = one;
	}
	if (count) {
		key = taken[--count];
		watching = true;
	}
	while (count > 0)
		pthread_key_delete(taken[--count]);
	return watching;
}

void kernel_io_watch_thread(void)
{
	if (watching)
		pthread_setspecific(key, (void *)PTHREAD_DESTRUCTOR_ITERATIONS);
}
