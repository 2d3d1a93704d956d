/*
 * living.c - whether a process that left something still runs.
 */
#include "living.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000u

/* Fields of /proc/PID/stat, counted from 1 (proc(5)). */
enum { FIELD_STATE = 3, FIELD_THREADS = 20, FIELD_START = 22 };

/* The name in field 2 may hold anything, so fields are counted from the last parenthesis. */
static const char *field(const char *stat, int number)
{
	const char *at = strrchr(stat, ')');

	for (int i = 2; at && i < number; i++)
		at = strchr(at + 1, ' ');
	return at ? at + 1 : NULL;
}

/* In clock ticks since the boot; 0 where there is no such process any more. */
static uint64_t start_time_of(int pid)
{
	char path[40], stat[1024];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return 0;
	stat[fread(stat, 1, sizeof(stat) - 1, file)] = 0;
	fclose(file);
	const char *state = field(stat, FIELD_STATE), *threads = field(stat, FIELD_THREADS);
	const char *start = field(stat, FIELD_START);
	if (!start)
		return 0;
	/* Where only the first thread has ended it is a zombie too, and the others go on. */
	if ((*state == 'Z' || *state == 'X') && strtol(threads, NULL, 10) <= 1)
		return 0;
	return strtoull(start, NULL, 10);
}

bool process_lives(int pid, uint64_t moment_ns)
{
	uint64_t started = pid > 0 ? start_time_of(pid) : 0;
	return started && started <= moment_ns / (NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK));
}

int64_t process_started(int pid)
{
	uint64_t ticks = start_time_of(pid);
	struct timespec now, up;

	if (!ticks || clock_gettime(CLOCK_REALTIME, &now) || clock_gettime(CLOCK_BOOTTIME, &up))
		return 0;
	return now.tv_sec - up.tv_sec + (int64_t)(ticks / (uint64_t)sysconf(_SC_CLK_TCK));
}
