/*
 * survey.h - finds the sites in a library: the syscall instructions that are worth rewriting.
 */
#ifndef SITES_SURVEY_H
#define SITES_SURVEY_H

#include "sites/functions.h"
#include "sites/recognise.h"

/* The executable part of a library in memory. */
struct code {
	uintptr_t start;
	size_t bytes;
	int protection;
	const struct functions *functions;
};

enum finding {
	NO_SITE,    /* no syscall instruction, or not a wanted one */
	STRANGE,    /* a wanted one as it seems, and not recognised: it is left alone */
	RECOGNISED, /* *site tells */
};

/*
 * Looks at the bytes 0f 05 at an offset. wanted tells which system calls are
 * looked for; where the site doesn't say which it is, all are. *number is what
 * is known or believed of it, or NUMBER_UNKNOWN.
 */
enum finding survey_site(const struct code *code, size_t at, bool (*wanted)(long number),
			 struct site *site, int *number);

/*
 * Room for a long jump in the padding behind the return of the site's own
 * function, or 0. Better than any other: whoever unwinds from there finds that
 * function, in the same state as at the site.
 */
uintptr_t survey_padding_behind(const struct code *code, const struct site *site);

/* Room for a long jump in padding between two functions, from where `good` says so and a short jump
 * that ends at jump_end reaches it; 0 where there is none. */
uintptr_t survey_padding(const struct code *code, uintptr_t jump_end, bool (*good)(uintptr_t at));

#endif
