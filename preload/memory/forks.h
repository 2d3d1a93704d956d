/*
 * forks.h - the forks of this process: what each cost, what it left shared, and which of those
 * pages were written to, and when.
 *
 * A page that several processes share after a fork is copied for each that
 * writes to it but the last, who finds itself alone with it and goes on using it
 * (mm/memory.c, do_wp_page()). Who was the last is seldom known to one process:
 * here is kept what lets a reader of all records find out.
 */
#ifndef MEMORY_FORKS_H
#define MEMORY_FORKS_H

#include "memory/fault.h"

#include <stddef.h>

/* Just before libc makes a fork, in the thread that makes it; and just after it in the parent. */
void forks_prepare(void);
void forks_made(void);

/* Just before the system call of one; it may be libc's, which was announced. */
void forks_prepare_call(void);

/* In the parent, where it is seen what the last fork returned. */
void forks_returned(int32_t child);

/* In the child, once it has a record. */
void forks_child(void);

/* A child was waited for: it shares nothing any more. */
void forks_reaped(int32_t pid);

/*
 * A fault in private memory that can be written to: whether the page had been
 * shared by a fork, and what became of it as far as this process knows: copied,
 * at most, or reused. Async-signal-safe.
 */
bool forks_written(const struct fault *fault, uint32_t mapping, struct fault_sums *sums);

/* Whether nobody looked at what the last fork left shared, so that any page may have been. */
bool forks_unsure(void);

/* The process is about to give up [start, end), and with it what it shares there. */
void forks_left(uintptr_t start, uintptr_t end);

/* It has them at another place, after mremap(). */
void forks_moved(uintptr_t from, uintptr_t to, size_t bytes);

#endif
