/*
 * mappings_read.c - fills the table of mappings from /proc/self/maps.
 *
 * The file doesn't tell what is a thread's stack, nor which of two neighbours
 * the kernel has made one; what the table had of that it keeps.
 */
#include "abi/raw.h"
#include "memory/mapping_table.h"
#include "memory/maps_file.h"
#include "span/identify.h"

#include <string.h>
#include <sys/vfs.h>

#define MAGIC_TMPFS  0x01021994 /* include/uapi/linux/magic.h */
#define DEVICES_KEPT 8
#define NAME_MOST    4096

struct reading {
	uint32_t old;	/* the first area of the old table that isn't below the line */
	uint32_t count; /* areas of the new one */
	uint64_t bytes; /* of them, the program's */
	bool full;
};

static struct mapping_table *const table = &mapping_table;

static bool begins(const struct maps_line *line, const char *with)
{
	size_t n = strlen(with);
	return line->bytes >= n && memcmp(line->name, with, n) == 0;
}

static bool is_on_tmpfs(const char *name, size_t bytes)
{
	static char path[NAME_MOST]; /* under the table's lock */
	struct statfs status;
	if (bytes >= sizeof(path))
		return false;
	memcpy(path, name, bytes);
	path[bytes] = '\0';
	return RAW_2(SYS_statfs, path, &status) == 0 && status.f_type == MAGIC_TMPFS;
}

/* A file system without a device: whether it is tmpfs is asked once. */
static bool is_in_memory(const struct maps_line *line)
{
	static struct {
		uint32_t minor;
		bool known, in_memory;
	} device[DEVICES_KEPT];
	unsigned slot = line->minor % DEVICES_KEPT;
	if (line->major)
		return false;
	if (!device[slot].known || device[slot].minor != line->minor) {
		device[slot].known = true;
		device[slot].minor = line->minor;
		device[slot].in_memory = is_on_tmpfs(line->name, line->bytes);
	}
	return device[slot].in_memory;
}

static enum mapping_kind kind_of(const struct maps_line *line)
{
	if (!line->bytes || begins(line, "[anon:") || begins(line, "/anon_hugepage"))
		return MAPPING_ANONYMOUS;
	if (begins(line, "[heap]"))
		return MAPPING_HEAP;
	if (begins(line, "[stack]"))
		return MAPPING_STACK;
	if (begins(line, "/dev/zero"))
		return line->is_shared ? MAPPING_SHARED_ANONYMOUS : MAPPING_ANONYMOUS;
	if (begins(line, "[anon_shmem:"))
		return MAPPING_SHARED_ANONYMOUS;
	if (begins(line, "/SYSV") && line->is_shared)
		return MAPPING_SYSV_SHM;
	if (begins(line, "/memfd:"))
		return MAPPING_MEMFD;
	if (line->name[0] != '/')
		return MAPPING_SPECIAL;
	return is_in_memory(line) ? MAPPING_TMPFS : MAPPING_FILE;
}

static uint32_t row_of(const struct maps_line *line, enum mapping_kind kind)
{
	char name[32];
	if (kind == MAPPING_SYSV_SHM)
		return mapping_row(
		    kind, true, name,
		    identify_id(KIND_SYSV_SHM, (long)line->inode, name, sizeof(name)));
	if (kind <= MAPPING_THREAD_STACK || kind == MAPPING_SHARED_ANONYMOUS)
		return mapping_row_of_kind(kind);
	return mapping_row(kind, line->is_shared, line->name, line->bytes);
}

static void append(struct reading *reading, const struct area *area)
{
	struct area *last = &table->spare[reading->count - 1];
	if (area->start >= area->end)
		return;
	if (area->kind != MAPPING_TRACER)
		reading->bytes += area->end - area->start;
	if (reading->count && last->end == area->start && last->row == area->row &&
	    last->kind == area->kind && last->flags == area->flags)
		last->end = area->end;
	else if (reading->count < table->room || mapping_table_grow())
		table->spare[reading->count++] = *area;
	else
		reading->full = true;
}

/* The first of our own ranges in an area; false where there is none. */
static bool first_own(const struct area *area, struct area *own)
{
	bool found = false;
	for (uint32_t i = 0; i < __atomic_load_n(&own_memory.count, __ATOMIC_ACQUIRE); i++) {
		struct own_range range = own_memory.range[i];
		if (range.start >= area->end || range.end <= area->start ||
		    (found && range.start >= own->start))
			continue;
		found = true;
		own->start = range.start > area->start ? range.start : area->start;
		own->end = range.end < area->end ? range.end : area->end;
	}
	return found;
}

/* Appends what of an area is the program's, and what of it is ours. */
static uint64_t append_parts(struct reading *reading, struct area area)
{
	struct area own = {.row = ROW_NONE, .kind = MAPPING_TRACER, .flags = AREA_NAMED};
	uint64_t bytes = 0;
	while (area.start < area.end && first_own(&area, &own)) {
		struct area before = area;
		before.end = own.start;
		bytes += before.end - before.start;
		append(reading, &before);
		append(reading, &own);
		area.start = own.end;
	}
	append(reading, &area);
	return bytes + area.end - area.start;
}

/* Appends an area by what the old table has of it. What it hasn't is new, and counted. */
static void merge(struct reading *reading, struct area area)
{
	uint64_t fresh = 0;
	while (reading->old < table->count && table->area[reading->old].end <= area.start)
		reading->old++;
	for (uint32_t i = reading->old; i < table->count && table->area[i].start < area.end; i++) {
		/* A copy: the table may grow, and then it is elsewhere. */
		const struct area old = table->area[i];
		struct area part = area;
		if (old.start > area.start) {
			part.end = old.start;
			fresh += append_parts(reading, part);
			part.start = old.start;
		}
		part.end = old.end < area.end ? old.end : area.end;
		if (area.kind == MAPPING_ANONYMOUS && old.kind == MAPPING_THREAD_STACK) {
			part.kind = MAPPING_THREAD_STACK;
			part.row = mapping_row_of_kind(MAPPING_THREAD_STACK);
		}
		if (part.kind == old.kind)
			part.flags |= old.flags & (AREA_FRESH | AREA_HUGE);
		uint64_t bytes = append_parts(reading, part);
		fresh += old.row == part.row ? 0 : bytes;
		area.start = part.end;
	}
	if (area.start < area.end)
		fresh += append_parts(reading, area);
	if (fresh)
		mapping_row_mapped(area.row, 1, fresh);
}

/* All of it: then it needs no name. */
static bool is_own(const struct maps_line *line)
{
	for (uint32_t i = 0; i < __atomic_load_n(&own_memory.count, __ATOMIC_ACQUIRE); i++)
		if (own_memory.range[i].start <= line->start &&
		    own_memory.range[i].end >= line->end)
			return true;
	return false;
}

static void take_line(const struct maps_line *line, void *argument)
{
	struct area own = {line->start, line->end, ROW_NONE, MAPPING_TRACER, AREA_NAMED};
	if ((intptr_t)line->start < 0) /* [vsyscall] is in the kernel's half */
		return;
	if (is_own(line)) {
		append(argument, &own);
		return;
	}
	enum mapping_kind kind = kind_of(line);
	merge(argument, (struct area){
			    .start = line->start,
			    .end = line->end,
			    .row = row_of(line, kind),
			    .kind = (uint16_t)kind,
			    .flags = AREA_NAMED | (line->is_shared ? AREA_SHARED : 0),
			});
}

bool mappings_read(void)
{
	struct reading reading = {0};
	table->own_given = __atomic_load_n(&own_memory.given, __ATOMIC_ACQUIRE);
	__atomic_store_n(&table->stale, false, __ATOMIC_RELEASE);
	if (!maps_file_read(take_line, &reading) || reading.full) {
		table->stale = true;
		return false;
	}
	struct area *old = table->area;
	table->area = table->spare;
	table->spare = old;
	table->count = reading.count;
	mapping_table_reserve(reading.bytes, live.region->reserved_now_bytes);
	return true;
}
