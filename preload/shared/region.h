/*
 * region.h - the live region: the layout of the file in which a traced process keeps its ledger.
 *
 * One file a process, mapped shared, so that whatever ends the process leaves
 * it whole. Everything in it is reached by offsets from its start. A reader
 * takes no offset or count on trust: region_at() and table_at() check them
 * against the size of what it has.
 *
 * Writers append without locks: a table's count is raised by an atomic add, a
 * chunk of records is published by compare-and-swap.
 */
#ifndef SHARED_REGION_H
#define SHARED_REGION_H

#include "shared/table.h"

#include <stddef.h>
#include <stdint.h>

#define REGION_MAGIC	   "cpytrace"
#define REGION_LAYOUT	   7u
#define REGION_BYTES	   (64ul << 20) /* address space, at most; pages are backed when used */
#define REGION_BYTES_LEAST (1ul << 20)
#define TABLE_CHUNKS	   16
#define SIZE_BUCKETS	   40 /* bucket 0: nothing; bucket b: 2^(b-1) to 2^b - 1 bytes */
#define STACK_FRAMES	   64 /* innermost frames kept; deeper ones are cut */
#define REGION_ALIGNMENT   64
#define TEXT_MOST	   8192 /* of paths and of names made of them; a made-up one is any length */

/* An array that grows: chunk k holds first << k records; offset 0 is "not there yet". */
struct table {
	uint32_t count;
	uint32_t limit; /* records that may be handed out; more are folded into "(other)" */
	uint32_t record_bytes;
	uint32_t first;
	uint64_t chunk[TABLE_CHUNKS];
};

/* Bytes in the region, not terminated by a zero. */
struct text {
	uint64_t at;
	uint32_t bytes;
	uint32_t spare;
};

/*
 * The smallest unit of the ledger: one call, from one place, on one object.
 * Every table of the report is a sum over cells. time_ns and blocked_ns are
 * held in ticks of the region's clock.
 */
struct cell {
	uint16_t call;
	uint16_t spare;
	uint32_t object;
	uint32_t source; /* of a call with two ends; else OBJECT_NONE */
	uint32_t stack;
	uint64_t column[COLUMNS];
};

/*
 * The size distribution of one call in one thread: calls by bytes moved. Of
 * allocation functions it is the whole account: calls are the sum of the
 * buckets, bytes what was asked for.
 */
struct size_row {
	uint64_t call;
	uint64_t bytes;
	uint64_t bucket[SIZE_BUCKETS];
};

enum { OBJECT_NONE, OBJECT_OTHER, OBJECT_FIRST };
struct object {
	uint32_t kind; /* enum kind */
	uint32_t ready;
	struct text name;
};

/* Those before STACK_FIRST have no frames; they say why. */
enum { STACK_NONE, STACK_OTHER, STACK_NESTED, STACK_OFF, STACK_EARLY, STACK_BARE, STACK_FIRST };
struct stack {
	uint64_t hash;
	uint64_t frames; /* offset of `count` return addresses, innermost first */
	uint16_t count;
	uint16_t cut;	     /* there were more */
	uint32_t generation; /* of the list of modules */
};

/*
 * What one thread allocated from one stack, and what it freed of what anybody
 * allocated there.
 */
struct stack_allocations {
	uint32_t stack;
	uint32_t spare;
	uint64_t allocations, asked_bytes;
	uint64_t freed_blocks, freed_bytes;
	uint64_t temporary;
	int64_t published_bytes; /* of asked less freed, already added to the stack's */
	int64_t publish_high;	 /* published again above this, or when far below */
};
/* With several threads each may be this far from what it published. */
#define STACK_SLACK_BYTES (4l << 10)

/* What is live of a stack's blocks, as far as it was published, and the most that was. */
struct stack_live {
	int64_t bytes, peak_bytes;
};

#define LARGE_BLOCK_BYTES (1ul << 20)

/*
 * Blocks that are so large and more, of one size and from one stack. What is behind those
 * that were freed was looked at before; behind the live ones at the end.
 */
struct large_row {
	uint64_t bytes; /* 0: of any size, for lack of room */
	uint32_t stack;
	uint32_t spare;
	uint64_t blocks, reserved_bytes;
	uint64_t freed;
	uint64_t faulted_bytes;
	uint64_t looked, backed_bytes;
	uint64_t live_looked, live_backed_bytes;
};

/* A loaded file, while it was at these addresses. */
struct module {
	struct text path;
	uint64_t start, end;		     /* addresses */
	uint64_t bias;			     /* address less the file's own */
	uint32_t generation, generation_end; /* present in [generation, generation_end) */
	uint32_t build_id_bytes;
	uint8_t build_id[20];
};

/* What one thread allocated. Its live bytes may be negative: it freed what others allocated. */
struct allocation {
	int64_t live_bytes;
	int64_t published_bytes;	   /* of live_bytes, already added to the process's */
	int64_t publish_low, publish_high; /* published again when live_bytes goes beyond */
	/* Freed or moved by the thread's next call of the allocator. */
	uint64_t temporary, temporary_bytes;
	/* Blocks whose size was changed: the bytes are those of the smaller of the two. */
	uint64_t resized_in_place;
	uint64_t remapped, remapped_bytes; /* to another address, their pages moved */
	uint64_t copied, copied_bytes;	   /* likewise, what was in them copied */
};
/* With several threads each may be this far from what it published. */
#define ALLOCATION_SLACK_BYTES (64l << 10)

/* What one thread counted, and after its end the next thread that takes the record over. */
struct thread {
	int32_t tid;
	uint32_t spare;
	struct table cells; /* of struct cell */
	struct table sizes; /* of struct size_row */
	struct allocation allocation;
	struct table stack_allocations; /* where they are wanted */
};

enum ending {
	ENDING_NONE, /* it runs, or was killed */
	ENDING_EXIT,
	ENDING_IMMEDIATE_EXIT,
	ENDING_QUICK_EXIT,
	ENDING_EXEC,
};

/* A moment on both clocks. */
struct moment {
	uint64_t ticks;
	uint64_t monotonic_ns;
};

struct io_counters {
	uint64_t rchar, wchar, read_bytes, write_bytes;
	uint64_t known;
	uint64_t text_bytes; /* of the reading itself, which the next one counts */
};

/* How a trace names files, and what else stands in paths and arguments. */
enum redaction { REDACTION_NONE, REDACTION_HASH, REDACTION_OMIT };

struct region {
	char magic[8]; /* zeros until the record has begun */
	uint32_t layout;
	uint32_t header_bytes;
	uint64_t fingerprint;
	uint64_t bytes;	 /* address space of the region */
	uint64_t used;	 /* bytes handed out so far, header included */
	uint64_t backed; /* bytes known to have pages */

	int32_t pid, ppid;
	uint32_t image;		    /* 0, and one more for each exec of this pid */
	uint32_t forked;	    /* it began at a fork, not at an exec */
	uint64_t start_boottime_ns; /* CLOCK_BOOTTIME: who has the pid and started later is
				       another process */
	uint64_t start_realtime_ns, end_realtime_ns;
	struct moment start, last; /* the rate of ticks follows from the two */
	uint32_t ending;	   /* enum ending */
	int32_t status;		   /* of the exit, where known */
	struct text executable, arguments /* zero-separated */, directory, host_name, host_kernel,
	    host_machine;

	struct table threads, objects, stacks, modules;
	struct table overflow; /* a cell for each call, shared by all threads: what found no room */
	uint32_t generation;   /* of the list of modules: rises when one goes */
	uint32_t redaction;    /* enum redaction */
	uint64_t salt[2];      /* of the hashes; it never leaves the region */

	/* Of allocations: what the threads have published, and its peak. */
	int64_t live_bytes, peak_live_bytes;

	struct io_counters io_start, io_end;
	uint64_t own_read_bytes; /* read by the tracer itself after io_start: part of rchar */
	uint64_t
	    own_read_at_end; /* the same when io_end was read: threads that end add to it later */
	uint64_t own_written_bytes;
	uint64_t unwritten_bytes;	     /* in stdio's buffers at the exit, for libc to write */
	uint64_t minor_faults, major_faults; /* getrusage, at the moment `last` */
	uint64_t voluntary_switches, involuntary_switches;

	/* What was folded or left out. */
	uint64_t objects_folded, stacks_folded, cells_folded, threads_unrecorded, spans_nested;
	uint64_t stacks_checked, stacks_wrong, stacks_skipped;
	uint64_t places_cut;	/* that copy from too many stacks to keep each */
	uint32_t stacks_on;	/* enum stacks_state */
	uint32_t syscall_layer; /* enum syscall_layer_state */
	uint32_t exhaustive;	/* enum exhaustive_state */
	uint32_t copies;	/* those inside the process are counted */
	uint32_t sites_found, sites_rewritten, sites_left; /* of libc's that move data */
	uint64_t requests_unmatched;	     /* asynchronous: submission or completion was missed */
	uint64_t uring_unread;		     /* rings that can't be looked into */
	uint64_t uring_rings, aio_contexts;  /* made by the process */
	uint64_t reaped_rchar, reaped_wchar; /* of children, within ours */

	/* For the audit. */
	uint32_t loader_known;
	uint32_t reaped;       /* enum reaped_state */
	uint64_t loader_bytes; /* read by the loader before our constructor */
	uint64_t outside_rchar,
	    outside_wchar;		   /* at io_start, of no thread: see region/kernel_io.h */
	uint64_t ended_rchar, ended_wchar; /* of threads that ended */
	uint32_t ends_seen;    /* the ends of threads are seen, and their figures kept */
	uint32_t threads_left; /* ran on while the record was ended */
	struct table untraced; /* of struct untraced */
	uint64_t untraced_folded;
	struct table untraced_processes; /* of struct untraced_process */
	uint64_t untraced_processes_folded;
	struct table children; /* of struct child */
	uint64_t children_folded;

	/* Page faults. Those of the pid up to its last exec are none of this record's. */
	uint64_t counted_minor, counted_major;
	uint64_t before_minor, before_major; /* after that, before any was looked at */
	uint64_t own_minor, own_major;
	uint64_t faults_lost;	  /* for which a ring had no room */
	uint64_t threads_faulted; /* by threads, before they had a ring */
	uint32_t faults_level;	  /* enum faults_level */
	uint32_t faults_error;	  /* an errno value, where that is one of the last three */
	uint32_t faults_causes;	  /* enum faults_cause, a bit each */
	struct table fault_cells; /* of struct fault_cell */
	uint64_t fault_cells_folded;

	struct table forks;	/* of struct fork_record */
	struct table fork_runs; /* of struct fork_run */
	uint64_t forks_folded;

	/* Allocations by stack, where they are wanted. */
	struct table stacks_live;    /* of struct stack_live, by the number of the stack */
	uint64_t allocations_folded; /* without a row, nor in any sum of rows */
	uint64_t blocks_unknown;     /* allocated, and not known any more when they are freed */
	struct table large_rows;     /* of struct large_row */
	uint64_t large_blocks_folded;

	/* Mappings, without our own. */
	struct table mappings; /* of struct mapping */
	uint64_t mappings_folded;
	uint64_t reserved_now_bytes, reserved_bytes; /* address space: now, and at most so far */
	uint64_t backed_bytes, peak_backed_bytes; /* memory behind it, at the end of the record */
	uint32_t mappings_known;		  /* at the end it was looked at what there is */
	uint32_t spare;
};

/* How page faults are seen. */
enum faults_level {
	FAULTS_UNSEEN, /* the record has just begun */
	FAULTS_KERNEL, /* A+: each one, in kernel mode too */
	FAULTS_USER,   /* A: those in kernel mode by what a system call's are more */
	FAULTS_NO_RING,
	FAULTS_REFUSED,
	FAULTS_COUNT, /* on request */
	FAULTS_LEVELS,
};

/* What may have left some without a row. */
enum faults_cause {
	CAUSE_FULL = 1 << 0,	 /* a ring was full */
	CAUSE_NO_RING = 1 << 1,	 /* a thread has none */
	CAUSE_SIGNAL = 1 << 2,	 /* the signal that a ring fills up was ignored or waited for */
	CAUSE_FOLDED = 1 << 3,	 /* the table of rows was full */
	CAUSE_NO_PAGES = 1 << 4, /* or without a reason: the process could not look at its pages */
};

/* Page faults of one reason, in one mapping, in one call, from one place. */
struct fault_cell {
	uint16_t reason;  /* enum reason */
	uint16_t call;	  /* inside which the kernel took them, or CALL_none */
	uint32_t mapping; /* its index and 1 more; 0: none is known */
	uint32_t stack;
	uint32_t spare;
	uint64_t minor, major, zero_filled_bytes, cow_bytes, reused_pages;
};

/* What was mapped under one name, however often. */
struct mapping {
	uint32_t kind; /* enum mapping_kind */
	uint16_t is_shared;
	uint16_t ready;
	struct text name;
	uint64_t maps, mapped_bytes, populated_bytes;
	/* Present when it was unmapped; and of that, the process's own copies. */
	uint64_t mapped_in_bytes, private_bytes;
	/* The same of what was there still at the end. */
	uint64_t last_mapped_in_bytes, last_private_bytes;
	uint64_t
	    unclaimed_pages; /* of shared memory: faulted on, and filled by nobody knows whom */
};

/* Whether the figures of children are known apart, and if not why not. */
enum reaped_state {
	REAPED_UNKNOWN, /* the record hasn't been ended, or there is no /proc */
	REAPED_KNOWN,
	REAPED_NONE,	/* no child was waited for */
	REAPED_THREADS, /* threads ended too, unseen, and their figures went to the same place */
	REAPED_STATES,
};

/* A program that was to be executed and can't be traced. */
struct untraced {
	struct text path;
	uint32_t why;	/* enum program_refusal */
	uint32_t times; /* 0: it wasn't executed after all */
};

/* A process that executed such a program: this one, or a child in its memory. */
struct untraced_process {
	int32_t pid, ppid;
	uint32_t program;  /* the index of its struct untraced */
	uint32_t executed; /* 0: not after all */
	uint64_t start_realtime_ns;
};

/* A child that ended and was waited for, with what the kernel says of it. */
struct child {
	int32_t pid;	/* 0: not there yet */
	int32_t status; /* as wait(2) has it */
	uint64_t end_realtime_ns;
	uint64_t user_us, system_us, max_rss_bytes, minor_faults, major_faults;
};

enum fork_side { FORK_PARENT, FORK_CHILD, FORK_FAILED, FORK_SIDES };

/* Whether it is known what pages a fork left shared. */
enum fork_look {
	FORK_LOOKED,
	FORK_TOO_MANY,	/* more than one looks at */
	FORK_UNREAD,	/* the kernel doesn't say, or the fork wasn't noticed before it was made */
	FORK_UNSAMPLED, /* what is written to isn't seen anyway */
	FORK_LOOKS,
};

/* Of runs for which there was no room. */
struct fork_fold {
	uint64_t runs, pages;
	uint64_t from_page, end_page; /* between which they lie */
	uint64_t first_ns, last_ns;
	uint64_t since_ns; /* 0: not all since the same fork */
};

/* A fork, as this side saw it. Times are of CLOCK_MONOTONIC. */
struct fork_record {
	int32_t pid;   /* of the other side; 0: its making wasn't seen to the end */
	uint32_t side; /* enum fork_side */
	uint32_t look; /* enum fork_look */
	uint32_t spare;
	uint64_t time_ns, cost_ns;
	uint64_t reaped_ns; /* when the child was waited for, or 0 */
	uint64_t present_pages;
	/* From then to the next fork: pages that were shared and were written to. */
	uint64_t written_pages;
	uint64_t alone_pages; /* when nobody else had them any more, for certain */
	struct fork_fold written, left /* or alone */;
};

enum fork_run_what {
	FORK_WRITTEN,
	FORK_LEFT,  /* unmapped, or given back */
	FORK_ALONE, /* nobody shared them any more by the last of the two times */
	FORK_RUN_WHATS,
};

/* Neighbouring pages that a fork had left shared, and what this side did to them. */
struct fork_run {
	uint64_t from_page;
	uint64_t first_ns, last_ns;
	uint64_t since_ns; /* the fork since which they were shared; 0: one long ago */
	uint32_t pages;
	uint32_t fork;		 /* index of the last fork before it */
	uint32_t mapping, stack; /* as in the fault's row */
	uint16_t call;
	uint8_t what; /* enum fork_run_what */
	uint8_t huge; /* parts of huge pages */
	uint32_t spare;
};

/* Whether system calls inside libc are seen, and if not why not. */
enum syscall_layer_state {
	SYSCALLS_DISABLED, /* on request */
	SYSCALLS_ON,
	SYSCALLS_NO_SITES, /* none was recognised */
	SYSCALLS_REFUSED,  /* libc's text can't be made writable */
	SYSCALLS_FAR,	   /* libc is more than 2 GiB away */
	SYSCALLS_STATES,
};

/* Whether every system call of every thread is seen, and if not why not. */
enum exhaustive_state {
	EXHAUSTIVE_UNWANTED,
	EXHAUSTIVE_ON,
	EXHAUSTIVE_UNSUPPORTED, /* the kernel refused the prctl */
	EXHAUSTIVE_TAKEN,	/* the program uses dispatch itself */
	EXHAUSTIVE_STATES,
};

enum stacks_state { STACKS_ON, STACKS_ALL, STACKS_DISABLED, STACKS_NO_LIBRARY, STACKS_FORKED };

_Static_assert(sizeof(struct cell) == 16 + 8 * COLUMNS, "cells are read by offset");
_Static_assert(sizeof(struct object) == 24 && sizeof(struct stack) == 24, "no hidden padding");

/* A region as a reader has it: where, and how many bytes of it there are. */
struct region_view {
	const struct region *region;
	size_t bytes;
};

/* The bytes at an offset, or NULL where they aren't all inside. */
static inline const void *region_at(const struct region_view *view, uint64_t at, uint64_t bytes)
{
	if (at > view->bytes || bytes > view->bytes - at || at % 8)
		return NULL;
	return (const char *)view->region + at;
}

/* The bytes of a text, or NULL where they can't be those of a path or of a name made of one. */
static inline const char *text_at(const struct region_view *view, const struct text *text)
{
	const char *bytes =
	    (const char *)region_at(view, text->at & ~7ul, (text->at & 7) + (uint64_t)text->bytes);
	return bytes && text->bytes <= TEXT_MOST ? bytes + (text->at & 7) : NULL;
}

/* Record i of a table, or NULL where it was never made. */
static inline const void *table_at(const struct region_view *view, const struct table *table,
				   uint32_t i)
{
	uint64_t before = 0, size = table->first;
	for (int k = 0; k < TABLE_CHUNKS; k++, before += size, size <<= 1) {
		if (i - before >= size)
			continue;
		if (!table->chunk[k])
			return NULL;
		return region_at(view, table->chunk[k] + (i - before) * table->record_bytes,
				 table->record_bytes);
	}
	return NULL;
}

#endif
