/*
 * copies.c - libcopytrace_copies.so: the functions by which a program copies within its memory, one
 * for each COPY line of calls.def.
 *
 * Each finds out how many bytes it is to copy, has that counted, and copies
 * them, by nothing but a length and libc's memmove. So none of libc's own of
 * the same name need be there, and none of them has to be looked for.
 */
#include "copies/primitives.h"
#include "shared/copies.h"

#include <stdbool.h>
#include <strings.h>

const char copytrace_copies = 1;

static size_t text_bytes(const char *text)
{
	return text_length(text) + NARROW;
}

static size_t wide_bytes(const wchar_t *text)
{
	return wide_length(text) + WIDE;
}

/* With the terminating zero where that is among them. */
static size_t text_bytes_within(const char *text, size_t most)
{
	size_t bytes = text_length_within(text, most);
	return bytes < most ? bytes + NARROW : bytes;
}

static size_t wide_bytes_within(const wchar_t *text, size_t most)
{
	size_t bytes = wide_length_within(text, most);
	return bytes < most ? bytes + WIDE : bytes;
}

/* Of a text that gets so much room, in which a terminating zero must be. */
static size_t limited(size_t bytes, size_t room, size_t width)
{
	if (bytes <= room)
		return bytes;
	return room ? room - width : 0;
}

static void zero(void *at, size_t n)
{
	__asm__ volatile("rep stosb" : "+D"(at), "+c"(n) : "a"(0) : "memory");
}

static bool is_ended(const char *text, size_t bytes, size_t width)
{
	const char *last = text + bytes - width;
	if (bytes < width)
		return false;
	for (size_t i = 0; i < width; i++)
		if (last[i])
			return false;
	return true;
}

/* Returns the end, or the last character where a width is given. */
static void *end_of_moved(void *to, const void *from, size_t bytes, size_t width)
{
	return (char *)move(to, from, bytes) + bytes - width;
}

static void *move_until(void *to, const void *from, int last, size_t bytes)
{
	unsigned char *end = (unsigned char *)move(to, from, bytes) + bytes;
	return bytes && end[-1] == (unsigned char)last ? end : NULL;
}

static void *move_and_fill(void *to, const void *from, size_t bytes, size_t room)
{
	zero((char *)move(to, from, bytes) + bytes, room - bytes);
	return to;
}

static void *end_of_filled(void *to, const void *from, size_t bytes, size_t room, size_t width)
{
	move_and_fill(to, from, bytes, room);
	return (char *)to + (is_ended(to, bytes, width) ? bytes - width : bytes);
}

static void *append(void *to, size_t at, const void *from, size_t bytes, size_t width)
{
	char *end = move((char *)to + at, from, bytes);
	if (!is_ended(end, bytes, width))
		zero(end + bytes, width);
	return to;
}

/* Returns `at`; nothing is written where there is no room behind that. */
static size_t append_limited(void *to, size_t at, const void *from, size_t bytes, size_t room,
			     size_t width)
{
	if (at < room)
		append(to, at, from, bytes, width);
	return at;
}

static void *duplicate(const void *from, size_t bytes, size_t room)
{
	void *to = malloc(room);
	return to ? move_and_fill(to, from, bytes, room) : NULL;
}

#define EXPORTED __attribute__((visibility("default")))

#define COPY(symbol, row, type, parameters, bytes_, result)                                        \
	EXPORTED type symbol parameters;                                                           \
	type symbol parameters                                                                     \
	{                                                                                          \
		size_t bytes = bytes_;                                                             \
		if (__builtin_expect(copytrace_copied != NULL, 1))                                 \
			copytrace_copied(CALL_##row, bytes,                                        \
					 (uintptr_t)__builtin_return_address(0),                   \
					 (uintptr_t)__builtin_dwarf_cfa());                        \
		return result;                                                                     \
	}
/* Not by an attribute, which wants those of libc's declarations to be repeated. */
#define COPY_ALIAS(symbol, of)                                                                     \
	__asm__(".globl " #symbol "\n.type " #symbol ", @function\n.set " #symbol ", " #of);
#include "shared/calls.def"
