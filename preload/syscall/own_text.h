/*
 * own_text.h - where this library's code is.
 */
#ifndef SYSCALL_OWN_TEXT_H
#define SYSCALL_OWN_TEXT_H

#include <stdbool.h>
#include <stdint.h>

struct own_text {
	uint64_t start, bytes; /* dispatch_text.S reads them in this order */
};
extern struct own_text own_text;

/* Finds it in our program headers; cheap when it is known. */
void own_text_find(void);

static inline bool own_text_has(uintptr_t address)
{
	return address - own_text.start < own_text.bytes;
}

#endif
