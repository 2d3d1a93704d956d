/*
 * copies_early.c - copies before anything preloaded can have begun: in a library's constructor, and, built with
 * -DRESOLVED, where the loader asks it which function a name stands for.
 *
 * EXPECT copy memcpy: calls=3 in_process=3*1000
 * EXPECT copy strcpy: calls=1 in_process=6
 */
#include "must.h"

#include <stdbool.h>
#include <string.h>
#include <wchar.h>

static char to[1000], from[1000], text[8];

#ifdef RESOLVED

/* The loader asks as it relocates another library, before it has relocated the preloaded ones. */
static char overlapping[] = "0123456789", texts[64];
static wchar_t wide[8];

static int yes(void)
{
	return 42;
}

static int no(void)
{
	return 1;
}

static void *resolve(void)
{
	memcpy(to, "copied", 7);
	memmove(overlapping + 1, overlapping, 5);
	memmove(overlapping + 6, overlapping + 7, 3);
	strcat(strcpy(texts, "a text"), " and more");
	strncpy(text, "abc", sizeof(text));
	wcscpy(wide, L"wide");
	wcsncat(wide, L"rest", 2);
	char *found = memccpy(texts + 32, "until x and no more", 'x', 19);
	bool good = !strcmp(to, "copied") && !strcmp(overlapping, "0012347899") &&
		    !strcmp(texts, "a text and more") && !memcmp(text, "abc\0\0\0\0", 8) &&
		    !wcscmp(wide, L"widere") && found == texts + 32 + 7;
	return good ? yes : no;
}

int resolved(void) __attribute__((ifunc("resolve")));

#else

static __attribute__((constructor)) void construct(void)
{
	for (int i = 0; i < 3; i++)
		memcpy(to, from, sizeof(to));
	strcpy(text, "hello");
}

#endif
