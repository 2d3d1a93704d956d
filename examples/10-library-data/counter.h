/*
 * counter.h - the data of libcounter.so, and the word that passes between those who use it.
 *
 * Each part begins on a page of its own, so that a write to one touches no other.
 */
#ifndef EXAMPLES_COUNTER_H
#define EXAMPLES_COUNTER_H

#include "../pages.h"

#include <sys/mman.h>

enum { PART_SIZE = 1 << 20 };

struct part {
	int counter;
	char rest[PART_SIZE - sizeof(int)];
};

extern struct part data;	    /* in .data: its first values are in the file */
extern struct part zeros;	    /* in .bss: nothing but its size is in the file */
extern const struct part constants; /* in .rodata */

/* Memory that is shared, for comparison: a file in the working directory. */
static inline struct part *shared_part(void)
{
	int fd = must_open("shared", O_RDWR | O_CREAT);
	struct part *part;

	if (ftruncate(fd, sizeof(*part)))
		err(1, "ftruncate");
	part = must_map(fd, sizeof(*part), PROT_READ | PROT_WRITE);
	close(fd);
	return part;
}

/* Returns when whoever is before us in the pipeline has written, at once if there is nobody. */
static inline void wait_for_turn(void)
{
	char word;

	alarm(60);
	if (read(STDIN_FILENO, &word, 1) < 0)
		err(1, "read");
}

#endif
