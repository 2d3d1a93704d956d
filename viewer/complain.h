/*
 * complain.h - the one line on stderr that says what is wrong.
 */
#ifndef VIEWER_COMPLAIN_H
#define VIEWER_COMPLAIN_H

/* A reason that is carried up to whoever knows which file it is about. */
struct complaint {
	char text[400];
};

/* Always false, so that a failure can be returned in the same breath. */
_Bool object_to(struct complaint *complaint, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One line, prefixed with the program's name and safe for a terminal whatever the arguments hold.
 */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* complain(), then the end with code 2. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
