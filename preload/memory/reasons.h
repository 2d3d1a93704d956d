/*
 * reasons.h - what page faults were for: from where they were taken to what the kernel did.
 */
#ifndef MEMORY_REASONS_H
#define MEMORY_REASONS_H

#include "memory/fault.h"

#include <stddef.h>

/* False where there is no memory. */
bool reasons_init(void);

/* What else wants to know that a fault gave memory to the program that no file is behind. */
extern void (*reasons_filled)(uintptr_t address, uint64_t bytes);

/* All that follows needs the lock of mappings.h. */

/* The pages in [start, end) are about to go, or to move. */
void reasons_forget(uintptr_t start, uintptr_t end);
void reasons_move(uintptr_t from, uintptr_t to, size_t bytes);

/* A call took so many faults to bring in the pages of [start, end); returns how many it did. */
uint64_t reasons_account_range(uintptr_t start, uintptr_t end, uint64_t minor, uint64_t major);

#endif
