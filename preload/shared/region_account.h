/*
 * region_account.h - the parts of a trace that aren't tables: audit, coverage.
 */
#ifndef SHARED_REGION_ACCOUNT_H
#define SHARED_REGION_ACCOUNT_H

#include "shared/json_out.h"
#include "shared/region_ledger.h"

/* Each writes one member of the object that is open. */
void account_write_sizes(struct json_out *out, const uint64_t bucket[SIZE_BUCKETS]);
void account_write_audit(struct json_out *out, const struct ledger *ledger,
			 const struct region *region);
void account_write_coverage(struct json_out *out, const struct ledger *ledger,
			    const struct region_view *view);

#endif
