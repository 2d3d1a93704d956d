/*
 * region_faults.h - the part of a trace that tells what page faults there were, and what for.
 */
#ifndef SHARED_REGION_FAULTS_H
#define SHARED_REGION_FAULTS_H

#include "shared/json_out.h"
#include "shared/region_ledger.h"

/* What they zeroed and copied outside of the calls in the ledger goes to its totals, and how many
 * there were. */
void faults_add_totals(struct ledger *ledger, const struct region_view *view);

/* The number of the row in which a run of faults is; false where it is in none. */
bool faults_find_row(const struct region_view *view, const struct fork_run *run, uint32_t *number);

/* Writes one member of the object that is open; `stacks` is how many of them the trace has. */
void faults_write(struct json_out *out, const struct region_view *view, uint32_t stacks);

#endif
