/*
 * branches.h - as many stacks as wanted: each bit of a number decides from where the next call is made.
 *
 * Who includes it defines at_the_end(number), which is called from the stack of that number.
 */
#ifndef BRANCHES_H
#define BRANCHES_H

static void at_the_end(int number);
static void left(int number, int depth);
static void right(int number, int depth);

/* Inlined, so that there are two places. */
static inline __attribute__((always_inline)) void call_next(int number, int depth)
{
	if (depth == 0)
		at_the_end(number);
	else if (number >> (depth - 1) & 1)
		left(number, depth - 1);
	else
		right(number, depth - 1);
	__asm__ volatile(""); /* no tail call */
}

static __attribute__((noinline)) void left(int number, int depth)
{
	call_next(number, depth);
}

static __attribute__((noinline)) void right(int number, int depth)
{
	call_next(number, depth);
}

#endif
