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

#include "memory/fault.h"
#include "shared/region.h"

#include <signal.h>
#include <stdbool.h>

/*
 * The record has begun, and nothing of ours is left to do before the program
 * runs. Whether the program's way to a signal's disposition comes by us.
 */
void faults_start(bool signals_followed);

/* How they are seen from then on, and where that isn't as well as might be the errno value that
 * says why. */
enum faults_level faults_level(int *error);

/* The calling thread may be a new one, at its very beginning. */
void faults_thread_begins(void);

/* In a forked child: the rings are gone. Before its record begins, and after. */
void faults_forget(void);
void faults_start_forked(void);

/* Accounts what the calling thread's ring holds, before what it tells of is changed. */
void faults_drain(void);

/*
 * The record ends: accounts what all threads' rings hold, and reads the totals;
 * what comes after is in nobody's. Unless the end is undone, since its exec
 * failed.
 */
void faults_finish(void);
void faults_resume(void);

/* One that no sample tells of, taken inside the innermost call under way. */
void faults_add(const struct fault *fault);

/* Whether the calling thread's ring sends signals, and whether that is one of them. */
bool faults_signals(void);
bool faults_signalled(const siginfo_t *info);

/*
 * The same for each fault: the last was taken by this instruction, with this
 * stack pointer. From where is noted, and the ring emptied now and then.
 */
void faults_interrupted(uintptr_t instruction, uintptr_t frame);

/* It sends none any more; or no thread's does. Then faults are looked at in calls only. */
void faults_signal_off(bool all);

#endif
