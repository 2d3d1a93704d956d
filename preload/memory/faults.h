/*
 * faults.h - every page fault of the process, sampled by the kernel, accounted in batches.
 *
 * Each thread has a ring (ring.h), and empties it when a signal says that it
 * fills up, when a call finds it nearly full, and at its end. Whoever ends the
 * record empties them all. Totals are getrusage's; what is in no row is the
 * difference.
 */
#ifndef MEMORY_FAULTS_H
#define MEMORY_FAULTS_H

#include "shared/region.h"

#include <stdbool.h>

/* The record has begun, and nothing of ours is left to do before the program runs. */
void faults_start(void);

/* In a forked child: the rings are gone. Before its record begins, and after. */
void faults_forget(void);
void faults_start_forked(void);

/* Accounts what the calling thread's ring holds, before what it tells of is changed. */
void faults_drain(void);

/* The calling thread is about to end. */
void faults_thread_ends(void);

/* The record ends: accounts what all threads' rings hold, and reads the totals. */
void faults_finish(void);

/* The signal of a ring that fills up. */
#define FAULTS_SIGNAL SIGURG

#endif
