/*
 * notice.h - what copytrace has to say to the person at the terminal: one line on stderr.
 */
#ifndef REGION_NOTICE_H
#define REGION_NOTICE_H

/* Remembers what stderr is; another one gets no notices. */
void notice_init(void);

/*
 * Prints "copytrace: WHAT: WHERE: REASON; ADVICE" with the parts that aren't
 * NULL. error is an errno value, or 0 for none. Takes no lock and allocates
 * nothing; a closed stderr swallows it.
 */
void notice(const char *what, const char *where, int error, const char *advice);

/* From now on nothing is printed. */
void notice_silence(void);

#endif
