/*
 * region_account.c - the parts of a trace that aren't tables: audit, coverage.
 */
#include "shared/region_account.h"

#include "shared/region_children.h"

void account_write_sizes(struct json_out *out, const uint64_t bucket[SIZE_BUCKETS])
{
	char key[24];
	emit_open(out, "sizes", '{');
	for (int i = 0; i < SIZE_BUCKETS; i++) {
		if (!bucket[i])
			continue;
		/* The lower bound of the bucket, in decimal. */
		uint64_t bound = i ? (uint64_t)1 << (i - 1) : 0;
		char *digit = key + sizeof(key);
		*--digit = '\0';
		do {
			*--digit = (char)('0' + bound % 10);
			bound /= 10;
		} while (bound);
		emit_uint(out, digit, bucket[i]);
	}
	emit_close(out, '}');
}

static void known_uint(struct json_out *out, const char *key, bool known, int64_t value)
{
	if (known)
		emit_int(out, key, value);
	else
		emit_null(out, key);
}

/* The kernel's figures of the record, and what of them the ledger has. */
struct audit {
	bool started, ended;
	int64_t rchar, wchar, left_to_user, left_from_user;
};

static struct audit audit_of(const struct ledger *ledger, const struct region *region)
{
	struct audit audit = {.started = region->io_start.known};
	audit.ended = audit.started && region->io_end.known;
	/* Unsigned until the end: of a damaged region the difference can be any number. */
	uint64_t rchar = region->io_end.rchar - region->io_start.rchar - region->own_read_at_end;
	uint64_t wchar = region->io_end.wchar - region->io_start.wchar - region->own_written_bytes +
			 region->unwritten_bytes;
	audit.rchar = (int64_t)rchar;
	audit.wchar = (int64_t)wchar;
	audit.left_to_user = (int64_t)(rchar - region->reaped_rchar - ledger->rchar);
	audit.left_from_user = (int64_t)(wchar - region->reaped_wchar - ledger->wchar);
	return audit;
}

static bool layer_on(const struct region *region)
{
	return region->syscall_layer == SYSCALLS_ON || region->exhaustive == EXHAUSTIVE_ON;
}

/* What may have made the difference, and what no figure of the kernel's has. */
static void write_causes(struct json_out *out, const struct region *region,
			 const struct audit *audit)
{
	bool left = audit->ended && (audit->left_to_user || audit->left_from_user);

	if (!audit->started)
		emit_string(out, NULL, "/proc/self/io could not be read");
	else if (!audit->ended)
		emit_string(out, NULL, "the process left no last reading of /proc/self/io");
	if (region->uring_unread)
		emit_string(out, NULL,
			    "io_uring used by this process: not covered, its rings can't be "
			    "looked into");
	if (!left)
		return;
	if (!layer_on(region))
		emit_string(
		    out, NULL,
		    "system calls made inside libc (stdio, readdir, name look-up, dlopen) or by "
		    "the program's own instructions are not seen");
	if (region->reaped == REAPED_THREADS)
		emit_string(out, NULL,
			    "the counters of reaped children are in rchar and wchar, and can't be "
			    "told from those of threads that ended");
	else if (region->reaped == REAPED_UNKNOWN)
		emit_string(out, NULL, "the counters of reaped children are in rchar and wchar");
	if (region->reaped == REAPED_KNOWN &&
	    (audit->left_to_user < 0 || audit->left_from_user < 0))
		emit_string(out, NULL,
			    "calls of a child in the process's own memory (vfork) are in its "
			    "ledger, and in the kernel's figures for children");
	if (region->unwritten_bytes)
		emit_string(out, NULL,
			    "what stdio still held when the record ended was written by libc after "
			    "it");
	if (region->threads_left)
		emit_string(out, NULL,
			    "threads ran on while the record was ended: some of their calls are "
			    "on one side only");
	if (region->threads_unrecorded)
		emit_string(out, NULL, "threads found no room to be recorded");
	if (region->exhaustive == EXHAUSTIVE_ON)
		emit_string(out, NULL,
			    "system calls made by own instructions of a library's constructor, "
			    "which ran before the tracer's, are not seen");
	else if (layer_on(region))
		emit_string(out, NULL,
			    "system calls made by the program's own instructions are not seen");
	if (layer_on(region) && region->sites_left && region->exhaustive != EXHAUSTIVE_ON)
		emit_string(out, NULL,
			    "system calls of libc at places that were left alone are not seen");
}

void account_write_audit(struct json_out *out, const struct ledger *ledger,
			 const struct region *region)
{
	struct audit audit = audit_of(ledger, region);
	bool reaped = region->reaped == REAPED_KNOWN || region->reaped == REAPED_NONE;

	emit_open(out, "audit", '{');
	known_uint(out, "rchar", audit.ended, audit.rchar);
	known_uint(out, "wchar", audit.ended, audit.wchar);
	known_uint(out, "loader_bytes", region->loader_known, (int64_t)region->loader_bytes);
	known_uint(out, "reaped_to_user", audit.ended && reaped, (int64_t)region->reaped_rchar);
	known_uint(out, "reaped_from_user", audit.ended && reaped, (int64_t)region->reaped_wchar);
	emit_uint(out, "explained_to_user", ledger->rchar);
	emit_uint(out, "explained_from_user", ledger->wchar);
	known_uint(out, "unattributed_to_user", audit.ended, audit.left_to_user);
	known_uint(out, "unattributed_from_user", audit.ended, audit.left_from_user);
	known_uint(out, "read_bytes", audit.ended,
		   (int64_t)(region->io_end.read_bytes - region->io_start.read_bytes));
	known_uint(out, "write_bytes", audit.ended,
		   (int64_t)(region->io_end.write_bytes - region->io_start.write_bytes));
	emit_uint(out, "unwritten_bytes", region->unwritten_bytes);
	emit_open(out, "why", '[');
	write_causes(out, region, &audit);
	emit_close(out, ']');
	emit_close(out, '}');
}

static void write_syscall_layer(struct json_out *out, const struct region *region)
{
	static const char *const why[SYSCALLS_STATES] = {
	    [SYSCALLS_DISABLED] = "COPYTRACE_OPTIONS=no-syscall-layer",
	    [SYSCALLS_NO_SITES] = "no system call of this libc was recognised",
	    [SYSCALLS_REFUSED] = "libc's code can't be made writable here",
	    [SYSCALLS_FAR] = "libc is too far away to be reached from the tracer",
	};
	bool on = region->syscall_layer == SYSCALLS_ON;
	emit_open(out, "syscall_layer", '{');
	emit_bool(out, "on", on);
	if (!on)
		emit_string(out, "why",
			    region->syscall_layer < SYSCALLS_STATES ? why[region->syscall_layer]
								    : "not known");
	emit_open(out, "sites", '{');
	emit_uint(out, "found", region->sites_found);
	emit_uint(out, "rewritten", region->sites_rewritten);
	emit_uint(out, "left_alone", region->sites_left);
	emit_close(out, '}');
	emit_close(out, '}');
}

static void write_exhaustive(struct json_out *out, const struct region *region)
{
	static const char *const why[EXHAUSTIVE_STATES] = {
	    [EXHAUSTIVE_UNWANTED] = "not asked for",
	    [EXHAUSTIVE_UNSUPPORTED] = "the kernel has no Syscall User Dispatch, or refuses it",
	    [EXHAUSTIVE_TAKEN] = "the program uses Syscall User Dispatch itself",
	};
	bool on = region->exhaustive == EXHAUSTIVE_ON;
	emit_open(out, "exhaustive", '{');
	emit_bool(out, "on", on);
	if (!on)
		emit_string(out, "why",
			    region->exhaustive < EXHAUSTIVE_STATES ? why[region->exhaustive]
								   : "not known");
	emit_close(out, '}');
}

static void write_stacks(struct json_out *out, const struct region *region)
{
	emit_open(out, "stacks", '{');
	emit_bool(out, "on", region->stacks_on == STACKS_ON || region->stacks_on == STACKS_ALL);
	if (region->stacks_on == STACKS_DISABLED)
		emit_string(out, "why", "COPYTRACE_STACKS=off");
	else if (region->stacks_on == STACKS_NO_LIBRARY)
		emit_string(out, "why", "libunwind.so.8 could not be loaded");
	else if (region->stacks_on == STACKS_FORKED)
		emit_string(out, "why",
			    "forked from a process with threads, one of which may have held the "
			    "loader's lock");
	emit_close(out, '}');
}

static void write_copies(struct json_out *out, const struct region *region)
{
	emit_open(out, "copies", '{');
	emit_bool(out, "on", region->copies);
	emit_string(out, "why",
		    region->copies
			? "copies inside the process are seen where a function is called for them: "
			  "not those that the compiler made instructions of, nor those of libc and "
			  "the loader inside themselves"
			: "not asked for");
	emit_uint(out, "places_cut", region->places_cut);
	emit_close(out, '}');
}

void account_write_coverage(struct json_out *out, const struct ledger *ledger,
			    const struct region_view *view)
{
	const struct region *region = view->region;
	emit_open(out, "coverage", '{');
	emit_open(out, "library_layer", '{');
	emit_bool(out, "on", true);
	emit_close(out, '}');
	write_syscall_layer(out, region);
	write_exhaustive(out, region);
	write_stacks(out, region);
	write_copies(out, region);
	emit_open(out, "rings", '{');
	emit_uint(out, "io_uring", region->uring_rings);
	emit_uint(out, "aio", region->aio_contexts);
	emit_uint(out, "unread", region->uring_unread);
	emit_uint(out, "requests_unmatched", region->requests_unmatched);
	emit_close(out, '}');
	untraced_write_programs(out, view);
	emit_uint(out, "objects_folded", region->objects_folded);
	emit_uint(out, "stacks_folded", region->stacks_folded);
	emit_uint(out, "cells_folded", region->cells_folded);
	emit_uint(out, "threads", ledger->threads);
	emit_uint(out, "threads_left", region->threads_left);
	emit_uint(out, "threads_unrecorded", region->threads_unrecorded);
	emit_uint(out, "calls_nested", region->spans_nested);
	emit_uint(out, "stacks_checked", region->stacks_checked);
	emit_uint(out, "stacks_wrong", region->stacks_wrong);
	emit_uint(out, "stacks_skipped", region->stacks_skipped);
	emit_uint(out, "allocations_folded", region->allocations_folded);
	emit_uint(out, "blocks_unknown", region->blocks_unknown);
	emit_uint(out, "large_blocks_folded", region->large_blocks_folded);
	emit_close(out, '}');
}
