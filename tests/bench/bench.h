/*
 * bench.h - a clock, and the one line that a benchmark prints. A program
 * times its own loop, so that its start and that of a tracer don't count.
 */
#ifndef BENCH_H
#define BENCH_H

#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static inline void print_result(double ns_per_operation)
{
	printf("bench: %.3f\n", ns_per_operation);
}

#endif
