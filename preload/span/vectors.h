/*
 * vectors.h - runs code that may use vector registers, and leaves them as they were.
 *
 * The kernel keeps them over a system call, and compilers know: libc may hold
 * something there when it makes one. So what runs in the place of a system call
 * is compiled without them, and what isn't ours runs by this.
 */
#ifndef SPAN_VECTORS_H
#define SPAN_VECTORS_H

/*
 * Calls a function with an argument. save: VECTOR_BYTES, zeroed before the first
 * use, aligned to 64. Doesn't call it on a CPU without XSAVE (before 2008).
 */
void vectors_kept(void (*function)(void *), void *argument, void *save);

#endif
