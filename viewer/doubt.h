/*
 * doubt.h - what a trace doesn't tell, though a check may ask for it.
 */
#ifndef VIEWER_DOUBT_H
#define VIEWER_DOUBT_H

#include "expression.h"
#include "model.h"

/*
 * Whether the value may be another than the rows of the trace add up to: page
 * faults were only counted, names were redacted, or there was no room for a row.
 */
bool expression_is_unknown(const struct expression *expression, struct trace *trace);

/* Likewise of a program, which is meant by its name; or it could not be traced. */
bool program_is_unknown(const char *program, const struct trace *trace);

/* Of how many processes page faults were only counted, so that nothing tells what they were for. */
size_t trace_faults_counted(const struct trace *trace);

/* Says so of a file, where there are such. */
void tell_faults_counted(const char *file, const struct trace *trace);

/* Or what page faults moved is in the figures of one trace alone. */
bool faults_are_comparable(const struct trace *before, const struct trace *after);

/* Those of a process that were looked at, in vain. */
uint64_t faults_without_reason(const struct faults *faults);

/* Whether what such page faults filled and copied would be a part of the value. */
bool expression_is_partly_of_faults(const struct expression *expression);

#endif
