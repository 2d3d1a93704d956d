/*
 * style.h - colours on a terminal that wants them, nothing elsewhere.
 */
#ifndef VIEWER_STYLE_H
#define VIEWER_STYLE_H

#include <stdbool.h>

enum style { STYLE_PLAIN, STYLE_HEADING, STYLE_FAINT, STYLE_STRONG, STYLE_GOOD, STYLE_BAD };

/* when: auto (or NULL), always, never. Returns false, and tells the user, for anything else. */
bool style_setup(const char *when);
const char *style_start(enum style style);
const char *style_end(enum style style);

#endif
