/*
 * primitives.h - what the copying functions are made of: moving bytes, and finding where a text
 * ends.
 *
 * The functions of libc do it, once there are any. A library's resolver may
 * copy before this one has been relocated; until then their addresses, which
 * are weak for that, are NULL, and a plain loop does. Lengths are in bytes.
 */
#ifndef COPIES_PRIMITIVES_H
#define COPIES_PRIMITIVES_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define WEAK(function) extern __typeof(function) function __attribute__((weak))
WEAK(strlen);
WEAK(strnlen);
WEAK(memchr);
WEAK(wcslen);
WEAK(wcsnlen);

/* What a fortified function does where there is no room; its name is libc's. */
extern void __chk_fail(void) __attribute__((weak, noreturn));

#define NARROW sizeof(char)
#define WIDE   sizeof(wchar_t)

static inline size_t wide(size_t characters)
{
	size_t bytes;
	return __builtin_mul_overflow(characters, WIDE, &bytes) ? SIZE_MAX : bytes;
}

static inline size_t checked(size_t n, size_t room)
{
	if (__builtin_expect(n > room, 0))
		__chk_fail();
	return n;
}

/* libc's own, by which the program's copies are made; NULL until it is looked for. */
extern void *(*libc_memmove)(void *to, const void *from, size_t n);
void *move_early(void *to, const void *from, size_t n);

static inline void *move(void *to, const void *from, size_t n)
{
	if (__builtin_expect(!libc_memmove, 0))
		return move_early(to, from, n);
	return libc_memmove(to, from, n);
}

static inline size_t text_length_within(const char *text, size_t most)
{
	size_t n = 0;
	if (__builtin_expect(strnlen != NULL, 1))
		return strnlen(text, most);
	while (n < most && text[n])
		n++;
	return n;
}

static inline size_t text_length(const char *text)
{
	return __builtin_expect(strlen != NULL, 1) ? strlen(text)
						   : text_length_within(text, SIZE_MAX);
}

static inline size_t wide_length_within(const wchar_t *text, size_t most)
{
	size_t n = 0;
	if (__builtin_expect(wcsnlen != NULL, 1))
		return WIDE * wcsnlen(text, most / WIDE);
	while (n < most / WIDE && text[n])
		n++;
	return WIDE * n;
}

static inline size_t wide_length(const wchar_t *text)
{
	return __builtin_expect(wcslen != NULL, 1) ? WIDE * wcslen(text)
						   : wide_length_within(text, SIZE_MAX);
}

static inline size_t bytes_until(const void *from, int last, size_t most)
{
	const unsigned char *at = from;
	size_t n = 0;
	if (__builtin_expect(memchr != NULL, 1)) {
		const unsigned char *found = memchr(from, last, most);
		return found ? (size_t)(found + 1 - at) : most;
	}
	while (n < most && at[n++] != (unsigned char)last)
		;
	return n;
}

#endif
