/*
 * own_memory.h - which memory of the process is the tracer's own, and none of the program's.
 */
#ifndef ABI_OWN_MEMORY_H
#define ABI_OWN_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OWN_RANGES  1024 /* of what comes after them nobody knows any more */
#define OWN_WRITTEN 128	 /* 526 system calls of libc are on 60 pages */
#define OWN_IMAGES  8	 /* our library, and what is loaded for us */

struct own_range {
	uintptr_t start, end; /* start is 0 in a place that is free again */
};

struct own_memory {
	uint32_t count; /* places that were ever taken */
	uint32_t given; /* how often one was given back */
	struct own_range range[OWN_RANGES];
	struct own_range image[OWN_IMAGES];
};
extern struct own_memory own_memory;

/* Async-signal-safe, and without locks. */
void own_memory_add(const void *at, size_t n);
void own_memory_remove(const void *at);

bool own_memory_has(uintptr_t address);

/* A library of ours, or that is loaded for us alone; its data are our memory too. */
void own_memory_add_image(const void *start, const void *end);
bool own_memory_has_code(uintptr_t address);

/* A page of the program's files that we have written to, in a copy of its own therefore. */
void own_memory_wrote(uintptr_t address);
uint32_t own_memory_written_pages(uintptr_t start, uintptr_t end);

#endif
