/*
 * model.h - a trace as the viewer has it: what stands in the JSON, as C.
 */
#ifndef VIEWER_MODEL_H
#define VIEWER_MODEL_H

#include "arena.h"
#include "map.h"
#include "shared/region.h"
#include "shared/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRACE_SCHEMA   1
#define NUMBER_MOST    INT64_MAX /* sums stop here: the largest number that JSON readers agree on */
#define UNKNOWN	       UINT64_MAX /* a number that the trace gives as null or not at all */
#define UNKNOWN_SIGNED INT64_MIN
#define COLUMN_COPIED  COLUMNS /* the pseudo column copied_bytes */

struct counts {
	uint64_t of[COLUMNS];
};

struct sizes {
	uint64_t of[SIZE_BUCKETS];
};

/* An array; the lists below have its layout and the item's own type. */
struct list {
	size_t count;
	void *items;
};
#define LIST(type)                                                                                 \
	struct {                                                                                   \
		size_t count;                                                                      \
		type *items;                                                                       \
	}

struct call_row {
	const char *layer, *name;
	struct counts counts;
	struct sizes sizes;
};

struct object_row {
	const char *kind, *name;
	struct counts counts;
};

struct stack_row {
	const char *layer, *name;
	uint64_t stack; /* UNKNOWN: none, and `why` */
	const char *why;
	struct counts counts;
};

struct flow_end {
	const char *kind, *name;
};

struct flow_row {
	const char *layer, *name;
	struct flow_end source, sink;
	struct counts counts;
};

/* What lay at addresses of one kind and name, over the whole run. */
struct mapping_row {
	const char *kind, *name;
	bool shared;
	uint64_t maps, mapped_bytes, populated_bytes, mapped_in_bytes, private_bytes,
	    unclaimed_pages;
	uint64_t minor, major, zero_filled_bytes, cow_bytes;
};

/* Blocks that got another size. */
struct resizes {
	uint64_t in_place, remapped, remapped_bytes, copied, copied_bytes;
};

struct temporary {
	uint64_t allocations, bytes;
};

struct never_freed {
	uint64_t blocks, bytes;
};

struct allocation_row {
	uint64_t stack; /* UNKNOWN: none, and `why` */
	const char *why;
	uint64_t allocations, asked_bytes, peak_bytes, never_freed_blocks, never_freed_bytes,
	    temporary;
};

/* Blocks of one size that were large enough to be looked at one by one. */
struct large_block_row {
	uint64_t stack; /* UNKNOWN: none, and `why` */
	const char *why;
	uint64_t bytes, blocks, reserved_bytes, faulted_bytes, backed_bytes, looked_at, freed;
};

/* A number that isn't known, and all of a group that an older trace lacks, is UNKNOWN. */
struct memory {
	uint64_t allocations, asked_bytes, frees;
	int64_t live_bytes, peak_live_bytes;
	uint64_t peak_slack_bytes;
	struct sizes sizes;
	uint64_t reserved_bytes, faulted_bytes, backed_bytes, peak_backed_bytes;
	struct resizes resizes;
	struct temporary temporary;
	struct never_freed never_freed;
	LIST(struct mapping_row) mappings;
	LIST(struct allocation_row) by_stack;
	LIST(struct large_block_row) large_blocks;
};

/* Page faults of one reason, in one mapping, inside one call, from one stack. */
struct fault_row {
	const char *reason;
	uint64_t mapping;	  /* of the process's; UNKNOWN: none */
	const char *layer, *call; /* of the call inside which they were taken, or NULL */
	uint64_t stack;		  /* or UNKNOWN */
	uint64_t minor, major, zero_filled_bytes, cow_bytes, reused_pages;
};

/*
 * Neighbouring pages that a fork had left shared, and what this side did to them
 * between two moments: "written", "left" (unmapped or given back), or found to be
 * "alone" with. Moments are of CLOCK_MONOTONIC.
 */
struct page_run {
	const char *what;
	uint64_t from_page, pages, first_ns, last_ns;
	uint64_t since_ns; /* the fork since which they had been shared, or UNKNOWN */
	bool huge;	   /* parts of huge pages */
	uint64_t row;	   /* of the process's faults; UNKNOWN: none */
	uint64_t copied_least, copied_most; /* pages; UNKNOWN until the other sides are known */
};

/* Runs for which there was no room: how many, and between where and when. */
struct folded_runs {
	const char *what;
	uint64_t runs, pages, from_page, end_page, first_ns, last_ns, since_ns;
};

/* A fork, as one side of it saw it. */
struct fork_row {
	const char *side, *why;
	uint64_t pid, time_ns /* since the epoch */, made_ns, cost_ns, reaped_ns, present_bytes,
	    copied_bytes_least, copied_bytes_most, reused_pages, runs_folded;
	LIST(struct folded_runs) folded;
	LIST(struct page_run) runs;
};

struct faults {
	uint64_t minor, major, attributed_minor, attributed_major;
	int64_t unattributed_minor, unattributed_major; /* negative: more were seen than counted */
	uint64_t before_minor, before_major, own_minor, own_major, lost;
	const char *level;
	LIST(const char *) why;
	LIST(struct fault_row) rows;
	uint64_t begun_ns, ended_ns; /* the record, by CLOCK_MONOTONIC */
	uint64_t forks_folded;
	LIST(struct fork_row) forks;
};

struct audit {
	int64_t rchar, wchar, loader_bytes, reaped_to_user, reaped_from_user;
	int64_t explained_to_user, explained_from_user;
	int64_t unattributed_to_user, unattributed_from_user;
	int64_t read_bytes, write_bytes, unwritten_bytes;
	LIST(const char *) why;
};

struct layer_coverage {
	bool on;
	const char *why;
};

struct sites {
	uint64_t found, rewritten, left_alone;
};

struct syscall_coverage {
	bool on;
	const char *why;
	struct sites sites;
};

struct copies_coverage {
	bool on;
	const char *why;
	uint64_t places_cut;
};

struct rings {
	uint64_t io_uring, aio, unread, requests_unmatched;
};

struct untraced_row {
	const char *path, *why;
	uint64_t times;
};

struct coverage {
	struct layer_coverage library_layer, exhaustive, stacks;
	struct copies_coverage copies;
	struct syscall_coverage syscall_layer;
	struct rings rings;
	LIST(struct untraced_row) untraced;
	uint64_t untraced_folded, untraced_processes_folded, objects_folded, stacks_folded,
	    cells_folded, threads, threads_left, threads_unrecorded, calls_nested, stacks_checked,
	    stacks_wrong, stacks_skipped, allocations_folded, blocks_unknown, large_blocks_folded;
};

struct fate {
	const char *how;
	int64_t status, signal;
	bool core_dumped;
};

/* What the kernel says of a process and of the children that it waited for. */
struct usage {
	uint64_t user_ns, system_ns, max_rss_bytes, minor_faults, major_faults;
};

/* A child that was waited for. */
struct child_row {
	uint64_t pid, end_ns;
	struct fate exit;
	struct usage usage;
};

/* A process that became a program which can't be traced. */
struct untraced_process_row {
	uint64_t pid, ppid;
	const char *path, *why;
	uint64_t start_ns, end_ns;
	struct fate exit;
	struct usage usage;
};

struct process {
	uint64_t pid, ppid, image;
	const char *exe;
	LIST(const char *) argv;
	const char *directory;
	bool forked;
	uint64_t start_ns, end_ns; /* since the epoch */
	struct fate exit;
	struct counts totals;
	LIST(struct call_row) by_call;
	LIST(struct object_row) by_object;
	LIST(struct stack_row) by_stack;
	LIST(struct flow_row) flows;
	LIST(struct child_row) children;
	uint64_t children_folded;
	struct memory memory;
	struct faults faults;
	struct audit audit;
	struct coverage coverage;
};

struct frame {
	const char *module, *build_id;
	uint64_t offset; /* a return address, relative to the file's own addresses */
	const char *function;
	uint64_t function_offset;
	const char *file;
	uint64_t line;
};

struct frames {
	size_t count;
	uint64_t *items; /* indices of frames, innermost first */
};

struct host {
	const char *name, *kernel, *machine;
	uint64_t page_bytes;
};

struct identity {
	uint64_t schema;
	const char *version;
};

struct trace {
	struct arena arena;
	struct identity copytrace;
	struct host host;
	struct counts totals;
	LIST(struct process) processes;
	LIST(struct untraced_process_row) untraced_processes;
	LIST(struct frame) frames;
	LIST(struct frames) stacks;
	struct map texts;					   /* each is there once */
	struct map frame_numbers, stack_numbers, untraced_numbers; /* of a merged trace */
};

void trace_close(struct trace *trace);

/* The same text for the same record, whichever file it is read from. */
char *process_key(struct arena *arena, const struct process *process);

int column_find(const char *name); /* a column or copied_bytes; -1 for neither */
const char *column_name(int column);
enum unit column_unit(int column);
uint64_t counts_get(const struct counts *counts, int column);
void counts_add(struct counts *to, const struct counts *more);
void sizes_add(struct sizes *to, const struct sizes *more);
uint64_t number_add(uint64_t a, uint64_t b);	 /* UNKNOWN if either is */
int64_t number_add_signed(int64_t a, int64_t b); /* likewise */

/* The lower bound of a bucket of sizes. */
uint64_t bucket_bound(unsigned int bucket);

#endif
