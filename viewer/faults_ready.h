/*
 * faults_ready.h - keeps the kernel ready to sample page faults, for as long as record runs.
 */
#ifndef VIEWER_FAULTS_READY_H
#define VIEWER_FAULTS_READY_H

/*
 * The first event of a kind in the machine has the kernel patch its own code on
 * every CPU, and the last that goes has it undone: 100 us for each process of a
 * tree, unless another has such an event. Ours count nothing. Where they are
 * refused nothing is lost.
 */
void faults_keep_ready(void);

#endif
