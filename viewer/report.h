/*
 * report.h - the parts of the report, in the order in which they are printed.
 */
#ifndef VIEWER_REPORT_H
#define VIEWER_REPORT_H

#include "model.h"
#include "rows.h"

struct report {
	struct trace *trace;
	int sort, share; /* columns: by which rows are ordered, of which they have shares */
	size_t limit, stack_limit; /* rows in a table; 0: all */
	bool whole;		   /* and not some tables that were asked for */
};

/* For rows of the layer "process", which have nothing but calls and in_process_bytes. */
static inline struct report report_of_copies(const struct report *report)
{
	struct report copies = *report;
	copies.sort = copies.share = COLUMN_in_process_bytes;
	return copies;
}

void report_summary(const struct report *report);
void report_movers(const struct report *report);
void report_advice(const struct report *report);
void report_unseen(const struct report *report);
void report_calls(const struct report *report);
void report_objects(const struct report *report);
void report_stacks(const struct report *report);
void report_flows(const struct report *report);
void report_faults(const struct report *report);
void report_forks(const struct report *report);
void report_memory(const struct report *report);
void report_mappings(const struct report *report);
void report_allocations(const struct report *report);
void report_processes(const struct report *report);
void report_untraced(const struct report *report);
void report_fault_balance(const struct report *report);
void report_audit(const struct report *report);

/* At most so many frames of a stack, one a line; 0: all. */
void report_frames(struct trace *trace, const struct frames *stack, size_t most);

/* How a process ended, in a sentence and in a table. */
const char *fate_in_words(struct arena *arena, const struct fate *fate);
const char *fate_in_short(struct arena *arena, const struct fate *fate);

/* Arguments as a shell would take them, cut where they are longer than that. */
const char *command_line(struct arena *arena, const struct process *process, size_t most);

/* What a row moved, each way that isn't 0. */
const char *moved_in_words(struct arena *arena, const struct counts *counts);

/*
 * Hundredths of a percent, rounded away from 100: all is said to be explained
 * only where that is exact, in each record and each way.
 */
const char *explained_share(struct arena *arena, int64_t explained, int64_t counted, bool exact);

/* Of the allocator; such calls have a table of their own. */
bool is_allocation(const char *call);

#endif
