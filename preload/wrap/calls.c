/*
 * calls.c - the ordinary wrappers: one for each CALL and CHARACTER line of calls.def.
 */
#include "wrap/wrapper.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>

/* Our own strlen, which the others have, is slow where a text is long: region/bytes.c. */
REAL(size_t, strlen, (const char *text), (text))
#define strlen(text) real_strlen(text)

#define CALL(symbol, row, flags, type, parameters, arguments, object, effect)                      \
	REAL(type, symbol, parameters, arguments)                                                  \
	type wrap_##symbol parameters;                                                             \
	type wrap_##symbol parameters                                                              \
	{                                                                                          \
		WRAPPED(row, type, real_##symbol arguments, object, effect);                       \
	}

/*
 * One character: where the stream's buffer has one (or room for one) nothing
 * crosses, and the call is only counted; a whole span would cost more than it.
 */
#define CHARACTER(symbol, row, parameters, arguments, stream, buffered, effect)                    \
	REAL(int, symbol, parameters, arguments)                                                   \
	int wrap_##symbol parameters;                                                              \
	int wrap_##symbol parameters                                                               \
	{                                                                                          \
		if (buffered) {                                                                    \
			int r = real_##symbol arguments;                                           \
			if (span_enter(FRAME))                                                     \
				span_count(CALL_##row, object_of_stream(stream), r != EOF, FRAME); \
			return r;                                                                  \
		}                                                                                  \
		WRAPPED(row, int, real_##symbol arguments, STREAM(stream), effect);                \
	}
#define CHARACTER_IN(symbol, row, parameters, arguments, stream)                                   \
	CHARACTER(symbol, row, parameters, arguments, stream,                                      \
		  (stream)->_IO_read_ptr < (stream)->_IO_read_end, delivered(s, r != EOF))
#define CHARACTER_OUT(symbol, row, parameters, arguments, stream)                                  \
	CHARACTER(symbol, row, parameters, arguments, stream,                                      \
		  (stream)->_IO_write_ptr < (stream)->_IO_write_end, taken(s, r != EOF, r == EOF))
#include "shared/calls.def"

void calls_resolve(void)
{
	real_strlen = real_find("strlen");
#define CALL(symbol, ...)	   real_##symbol = real_find(#symbol);
#define CHARACTER_IN(symbol, ...)  CALL(symbol)
#define CHARACTER_OUT(symbol, ...) CALL(symbol)
#include "shared/calls.def"
}
