/*
 * units.h - numbers as people read them.
 */
#ifndef VIEWER_UNITS_H
#define VIEWER_UNITS_H

#include "shared/table.h"

#include <stdint.h>

struct amount {
	char text[48];
};

struct amount amount_bytes(uint64_t bytes); /* 1.50 KiB */
struct amount amount_ns(uint64_t ns);	    /* 1.50 ms */
struct amount amount_count(uint64_t count); /* 1,234,567 */
struct amount amount_of(enum unit unit, uint64_t value);
struct amount amount_delta(enum unit unit, uint64_t before, uint64_t after); /* +1.50 KiB */
struct amount amount_share(uint64_t part, uint64_t whole);    /* 12.5 %; "-" of nothing */
struct amount amount_change(uint64_t before, uint64_t after); /* +12.5 %, "new" after 0 */
struct amount amount_exact(enum unit unit, uint64_t value);   /* 65,536 (64.0 KiB) */

#endif
