/*
 * formatted.c - the printf functions, which hand their arguments to the v forms.
 */
#include "wrap/wrapper.h"

#include <stdarg.h>
#include <stdio.h>

REAL(int, vprintf, (const char *format, va_list args), (format, args))
REAL(int, vfprintf, (FILE * stream, const char *format, va_list args), (stream, format, args))
REAL(int, vdprintf, (int fd, const char *format, va_list args), (fd, format, args))
REAL(int, __vprintf_chk, (int flag, const char *format, va_list args), (flag, format, args))
REAL(int, __vfprintf_chk, (FILE * stream, int flag, const char *format, va_list args),
     (stream, flag, format, args))
REAL(int, __vdprintf_chk, (int fd, int flag, const char *format, va_list args),
     (fd, flag, format, args))

static bool print_begin(struct span *s, enum call call, object_ref object, uintptr_t caller,
			uintptr_t frame)
{
	span_begin(s, call, object, NO_OBJECT, caller, frame);
	return s->cell != NULL;
}

static void print_end(struct span *s, int r)
{
	if (!span_is_open(s))
		return;
	span_returned(s);
	taken(s, r < 0 ? 0 : (uint64_t)r, r < 0);
	span_end(s);
}

/* A variadic wrapper: the arguments are walked once, by the real function. */
#define FORMATTED(symbol, row, parameters, last, object, call)                                     \
	int wrap_##symbol parameters;                                                              \
	int wrap_##symbol parameters                                                               \
	{                                                                                          \
		struct span span;                                                                  \
		va_list args;                                                                      \
		va_start(args, last);                                                              \
		bool recorded =                                                                    \
		    span_enter(FRAME) && print_begin(&span, CALL_##row, object, CALLER, FRAME);    \
		int r = call;                                                                      \
		va_end(args);                                                                      \
		if (recorded)                                                                      \
			print_end(&span, r);                                                       \
		return r;                                                                          \
	}

FORMATTED(printf, printf, (const char *format, ...), format, STREAM(stdout),
	  real_vprintf(format, args))
FORMATTED(__printf_chk, printf, (int flag, const char *format, ...), format, STREAM(stdout),
	  real___vprintf_chk(flag, format, args))
FORMATTED(fprintf, fprintf, (FILE * stream, const char *format, ...), format, STREAM(stream),
	  real_vfprintf(stream, format, args))
FORMATTED(__fprintf_chk, fprintf, (FILE * stream, int flag, const char *format, ...), format,
	  STREAM(stream), real___vfprintf_chk(stream, flag, format, args))
FORMATTED(dprintf, dprintf, (int fd, const char *format, ...), format, FD(fd),
	  real_vdprintf(fd, format, args))
FORMATTED(__dprintf_chk, dprintf, (int fd, int flag, const char *format, ...), format, FD(fd),
	  real___vdprintf_chk(fd, flag, format, args))
