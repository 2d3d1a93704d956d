/*
 * bytes.c - the string functions of libc that our own code uses, for use in the place of a system
 * call.
 *
 * The compiler and we call them by their usual names; hidden, they come before
 * libc's. Those use vector registers, which a program may expect to find
 * unchanged after a system call, and may be interposed. Ours are not fast.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Or the compiler would recognise a loop as the function that it is in. */
#define NOT_A_PATTERN __asm__ volatile("")

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
	void *start = to;
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n)::"memory");
	return start;
}

void *memmove(void *to, const void *from, size_t n)
{
	char *out = to;
	const char *in = from;
	if ((uintptr_t)out - (uintptr_t)in >= n)
		return memcpy(to, from, n);
	while (n--) {
		NOT_A_PATTERN;
		out[n] = in[n];
	}
	return to;
}

void *memset(void *at, int byte, size_t n)
{
	void *start = at;
	__asm__ volatile("rep stosb" : "+D"(at), "+c"(n) : "a"(byte) : "memory");
	return start;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;
	for (size_t i = 0; i < n; i++)
		if (x[i] != y[i])
			return x[i] - y[i];
	return 0;
}

size_t strnlen(const char *text, size_t most)
{
	size_t n = 0;
	while (n < most && text[n]) {
		NOT_A_PATTERN;
		n++;
	}
	return n;
}

size_t strlen(const char *text)
{
	return strnlen(text, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i] != b[i] || !a[i])
			return (unsigned char)a[i] - (unsigned char)b[i];
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

char *strchr(const char *text, int byte)
{
	for (;; text++) {
		if (*text == (char)byte)
			return (char *)text;
		if (!*text)
			return NULL;
	}
}

char *strrchr(const char *text, int byte)
{
	const char *found = NULL;
	do {
		if (*text == (char)byte)
			found = text;
	} while (*text++);
	return (char *)found;
}
