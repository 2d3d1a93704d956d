/*
 * ipc.h - the work that is the same for each mechanism: 256 pieces of 4 KiB are produced by one
 * process and consumed by another.
 *
 * Related are a parent that consumes and its child that produces; what they share is made before
 * the fork, and needs no name. Unrelated are two programs that have but a name in common.
 */
#ifndef IPC_H
#define IPC_H

#include "../io.h"

#include <stdint.h>

enum { PIECE = 4096, PIECES = 256 };

enum { RELATED = 1, UNRELATED = 2 };

struct mechanism {
	const char *name;
	int serves;
	/* Makes what the two share, before the producer starts. Name: NULL where they are related.
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

/* Ends the program if there is none that serves them. */
const struct mechanism *mechanism_named(const char *name, int whom);

/* The child, where the processes are related. */
extern pid_t producer;

/* Nobody waits for longer than a minute: a call that blocks then fails, and the program ends. */
void give_up_after_a_minute(void);

/* Calls the mechanism's remove when this process ends. */
void remove_at_exit(const struct mechanism *mechanism, const char *name);

void fill_piece(void *piece, unsigned number);

/* Ends the program if the sum of the piece's words isn't that of the one that was filled. */
void check_piece(const void *piece, unsigned number);

/* What all that is a stream of bytes does: each piece is written from a buffer, and read to one. */
void write_pieces(int to);
void read_pieces(int from);

#endif
