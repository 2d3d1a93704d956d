/*
 * report.h - the parts of the report, in the order in which they are printed.
 */
#ifndef VIEWER_REPORT_H
#define VIEWER_REPORT_H

#include "model.h"
#include "rows.h"

struct report {
	struct trace *trace;
	int sort;     /* a column */
	size_t limit; /* of rows in a table; 0: none */
};

void report_summary(const struct report *report);
void report_movers(const struct report *report);
void report_unseen(const struct report *report);
void report_calls(const struct report *report);
void report_objects(const struct report *report);
void report_stacks(const struct report *report);
void report_flows(const struct report *report);
void report_processes(const struct report *report);

/* How a process ended, in words. */
const char *fate_in_words(struct arena *arena, const struct fate *fate);
const char *command_line(struct arena *arena, const struct process *process);

/* file:line of a frame, the file as seen from where the process ran; NULL where not known. */
const char *frame_line(struct arena *arena, const struct frame *frame, const char *directory);

#endif
