/*
 * mapping_rows.h - the region's table of mappings: one for each kind and name, however often
 * mapped.
 */
#ifndef MEMORY_MAPPING_ROWS_H
#define MEMORY_MAPPING_ROWS_H

#include "shared/region.h"
#include "span/object.h"

#define ROW_NONE UINT32_MAX

/* False where there is no memory. */
bool mapping_rows_init(void);

/* In a forked child: the region's table is empty again. */
void mapping_rows_forget(void);

/* The number of the row of a kind and name; ROW_NONE where there is no room. */
uint32_t mapping_row(enum mapping_kind kind, bool is_shared, const char *name, size_t bytes);

/* The same of a kind that has one name: "[heap]", "(anonymous)". */
uint32_t mapping_row_of_kind(enum mapping_kind kind);

/* And of what a descriptor or a number stands for; *kind is set. ROW_NONE where it isn't known. */
uint32_t mapping_row_of_object(object_ref object, bool is_shared, enum mapping_kind *kind);

/* Where it is kept. */
struct mapping *mapping_at(uint32_t row);

/* So many bytes were mapped, `times` times. */
void mapping_row_mapped(uint32_t row, uint64_t times, uint64_t bytes);

#endif
