/*
 * recognise.h - tells from the bytes around a syscall instruction what may take its place.
 *
 * The instruction stays where it is. The one directly before it, whole, is
 * replaced by a jump, and done by whoever is jumped to. A site is known by its
 * bytes alone: neither by its address nor by the version of the library.
 */
#ifndef SITES_RECOGNISE_H
#define SITES_RECOGNISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JUMP_BYTES	 5 /* e9 and the distance in 32 bits */
#define SHORT_JUMP_BYTES 2 /* eb and the distance in 8 bits */
#define NUMBER_UNKNOWN	 (-1)
#define NUMBERS		 600 /* no system call has a higher number: Linux 6.18 */

struct site {
	size_t at;    /* of the instruction that gives way */
	size_t bytes; /* its length: JUMP_BYTES or more, or room for a short jump only */
	size_t end;   /* behind the syscall instruction */
	int number;   /* of the system call, where the instruction says it */
	/* What the instruction does: form, register and immediate as in syscall/frame.h. */
	uint8_t form, reg;
	int32_t immediate;
};

/* The offset of the next syscall instruction's bytes (0f 05) at or after `from`; n where there is
 * none. */
size_t site_search(const unsigned char *text, size_t n, size_t from);

/* Whether the bytes 0f 05 at an offset are a syscall instruction that may be rewritten. */
bool site_recognise(const unsigned char *text, size_t n, size_t at, struct site *site);

/*
 * The number that is last loaded into a register before an instruction, not
 * before `from`; or NUMBER_UNKNOWN. A hint, to be used only for what may go
 * unseen.
 */
int site_number_hint(const unsigned char *text, size_t from, size_t at, unsigned reg);

/*
 * Makes of a recognised site the one behind its syscall instruction, where the
 * result is tested: for where there is no room before it. False where that isn't
 * so, or the number isn't known.
 */
bool site_move_behind(const unsigned char *text, size_t n, struct site *site);

/* Whether all bytes from an offset to another are instructions that do nothing. */
bool site_is_padding(const unsigned char *text, size_t from, size_t to);

#endif
