/*
 * reasons.c - what page faults were for.
 */
#include "memory/fault.h"
#include "memory/fault_cells.h"
#include "memory/forks.h"
#include "shared/table.h"

struct fault_sums reasons_account(const struct fault *faults, unsigned count)
{
	struct fault_sums all = {0};
	for (unsigned i = 0; i < count; i++) {
		const struct fault *fault = &faults[i];
		struct fault_key key = {REASON_UNKNOWN, fault->call, 0, fault->stack};
		struct fault_sums one = {.minor = !fault->major, .major = fault->major};
		if (forks_written(fault, 0, &one))
			key.reason = REASON_FORK_COW;
		fault_cells_add(&key, &one);
		all.minor += one.minor;
		all.major += one.major;
		all.cow_bytes += one.cow_bytes;
		all.reused_pages += one.reused_pages;
	}
	return all;
}
