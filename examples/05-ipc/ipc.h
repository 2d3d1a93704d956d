/*
 * ipc.h - the work that is the same for each mechanism: 256 pieces of 4 KiB are produced by one
 * process and consumed by another.
 *
 * Related are a parent that consumes and its child that produces; what they share is made before
 * the fork, and may do without a name. Unrelated are two programs that have but a name in common.
 */
#ifndef IPC_H
#define IPC_H

#include "../io.h"

#include <stdint.h>

enum { PIECE = 4096, PIECES = 256 };

enum { INHERITED = 1, NAMED = 2 };

struct mechanism {
	const char *name;
	/* How the producer comes to it: from its parent, by a name, or either way. */
	int found;
	/* Makes what the two share, before the producer starts. Name: NULL where it is inherited.
	 */
	void (*make)(const char *name);
	void (*produce)(const char *name);
	void (*consume)(const char *name);
	/* Takes away what would stay; called at the end, also after a failure. May be NULL. */
	void (*remove)(const char *name);
};

extern const struct mechanism by_pipe, by_fifo, by_unix_stream, by_unix_datagram, by_tcp,
    by_posix_queue, by_sysv_queue, by_posix_memory, by_sysv_memory, by_anonymous_memory, by_memfd,
    by_process_vm, by_vmsplice, by_signals;

/* Ends the program if there is none that is found so. */
const struct mechanism *mechanism_named(const char *name, int found);

/* The child, where the processes are related. */
extern pid_t producer;

/* Nobody waits for longer than a minute: a call that blocks then fails, and the program ends. */
void give_up_after_a_minute(void);

/* Calls the mechanism's remove when this process ends. */
void remove_at_exit(const struct mechanism *mechanism, const char *name);

void fill_piece(void *piece, unsigned number);

/* Ends the program if the sum of the piece's words isn't that of the one that was filled. */
void check_piece(const void *piece, unsigned number);

/* A number that unrelated processes find by a path: the 7 digits that a symbolic link points to,
 * which is there whole or not at all. */
void leave_number(const char *path, long number);
long number_at(const char *path);

/* The remove of a mechanism that is found by a path, if it is. */
void remove_path(const char *path);

/* What all that is a stream of bytes does: each piece is written from a buffer, and read to one. */
void write_pieces(int to);
void read_pieces(int from);

#endif
