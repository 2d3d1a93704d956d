/*
 * region_account.c - the parts of a trace that aren't tables: memory, faults, audit, coverage.
 */
#include "shared/region_account.h"

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

void account_write_memory(struct json_out *out, const struct ledger *ledger,
			  const struct region *region)
{
	int64_t peak = region->peak_live_bytes > ledger->live_bytes ? region->peak_live_bytes
								    : ledger->live_bytes;
	emit_open(out, "memory", '{');
	emit_uint(out, "allocations", ledger->allocations);
	emit_uint(out, "asked_bytes", ledger->asked_bytes);
	emit_uint(out, "frees", ledger->frees);
	emit_int(out, "live_bytes", ledger->live_bytes);
	emit_int(out, "peak_live_bytes", peak);
	emit_uint(out, "peak_slack_bytes",
		  ledger->threads > 1 ? (uint64_t)ledger->threads * ALLOCATION_SLACK_BYTES : 0);
	account_write_sizes(out, ledger->allocation_bucket);
	emit_close(out, '}');
}

void account_write_faults(struct json_out *out, const struct region *region)
{
	emit_open(out, "faults", '{');
	emit_uint(out, "minor", region->minor_faults);
	emit_uint(out, "major", region->major_faults);
	emit_uint(out, "attributed_minor", 0);
	emit_uint(out, "attributed_major", 0);
	emit_uint(out, "unattributed_minor", region->minor_faults);
	emit_uint(out, "unattributed_major", region->major_faults);
	emit_string(out, "level", "getrusage");
	emit_string(out, "why",
		    region->ending == ENDING_NONE
			? "page faults as last known, counted for the process as a whole"
			: "page faults are counted for the process as a whole");
	emit_close(out, '}');
}

static void known_uint(struct json_out *out, const char *key, bool known, int64_t value)
{
	if (known)
		emit_int(out, key, value);
	else
		emit_null(out, key);
}

void account_write_audit(struct json_out *out, const struct ledger *ledger,
			 const struct region *region)
{
	bool started = region->io_start.known, ended = started && region->io_end.known;
	int64_t rchar =
	    (int64_t)(region->io_end.rchar - region->io_start.rchar - region->own_read_bytes);
	int64_t wchar =
	    (int64_t)(region->io_end.wchar - region->io_start.wchar + region->unwritten_bytes);

	emit_open(out, "audit", '{');
	known_uint(out, "rchar", ended, rchar);
	known_uint(out, "wchar", ended, wchar);
	known_uint(out, "loader_bytes", started && !region->forked && region->image == 0,
		   (int64_t)region->io_start.rchar);
	emit_uint(out, "explained_to_user", ledger->rchar);
	emit_uint(out, "explained_from_user", ledger->wchar);
	known_uint(out, "unattributed_to_user", ended, rchar - (int64_t)ledger->rchar);
	known_uint(out, "unattributed_from_user", ended, wchar - (int64_t)ledger->wchar);
	known_uint(out, "read_bytes", ended,
		   (int64_t)(region->io_end.read_bytes - region->io_start.read_bytes));
	known_uint(out, "write_bytes", ended,
		   (int64_t)(region->io_end.write_bytes - region->io_start.write_bytes));
	emit_open(out, "why", '[');
	if (!started)
		emit_string(out, NULL, "/proc/self/io could not be read");
	else if (!ended)
		emit_string(out, NULL, "the process left no last reading of /proc/self/io");
	if (region->syscall_layer != SYSCALLS_ON)
		emit_string(
		    out, NULL,
		    "system calls made inside libc (stdio, readdir, name look-up, dlopen) or by "
		    "the program's own instructions are not seen");
	if (region->unwritten_bytes)
		emit_string(
		    out, NULL,
		    "what stdio still held at the exit is counted as written: libc writes it "
		    "last");
	if (region->reaped_children)
		emit_string(out, NULL, "the counters of reaped children are in rchar and wchar");
	emit_close(out, ']');
	emit_close(out, '}');
}

void account_write_coverage(struct json_out *out, const struct ledger *ledger,
			    const struct region *region)
{
	emit_open(out, "coverage", '{');
	emit_open(out, "library_layer", '{');
	emit_bool(out, "on", true);
	emit_close(out, '}');
	emit_open(out, "syscall_layer", '{');
	emit_bool(out, "on", region->syscall_layer == SYSCALLS_ON);
	if (region->syscall_layer != SYSCALLS_ON)
		emit_string(out, "why",
			    "this version has none: what libc does inside itself is not seen");
	emit_close(out, '}');
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
	emit_uint(out, "objects_folded", region->objects_folded);
	emit_uint(out, "stacks_folded", region->stacks_folded);
	emit_uint(out, "cells_folded", region->cells_folded);
	emit_uint(out, "threads", ledger->threads);
	emit_uint(out, "threads_unrecorded", region->threads_unrecorded);
	emit_uint(out, "calls_nested", region->spans_nested);
	emit_uint(out, "stacks_checked", region->stacks_checked);
	emit_uint(out, "stacks_wrong", region->stacks_wrong);
	emit_uint(out, "stacks_skipped", region->stacks_skipped);
	emit_close(out, '}');
}
