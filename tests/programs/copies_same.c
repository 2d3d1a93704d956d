/*
 * copies_same.c - each function that copies does what libc's own does, with texts of all lengths and limits.
 *
 * BUILD: -fno-builtin
 *
 * libc's own are found by its handle; what comes before it in the order of the loader is what is called by
 * name. Prints "same" and how many calls were compared.
 */
#include "must.h"

#include <dlfcn.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

#define LONGEST 20
#define ROOM	64

/* What was there, what is copied, and what came of it, with what a function is called for. */
struct scene {
	wchar_t wide[ROOM];
	char text[ROOM];
};

static wchar_t wide_from[ROOM];
static char from[ROOM];
static size_t limit;
static long compared;
static void *libc;

static struct scene fresh_scene(size_t length)
{
	struct scene scene;
	memset(&scene, '#', sizeof(scene));
	for (size_t i = 0; i < length; i++) {
		scene.text[i] = 'a';
		scene.wide[i] = L'a';
	}
	scene.text[length] = 0;
	scene.wide[length] = 0;
	return scene;
}

static void fail(const char *name, size_t there, size_t length)
{
	printf("%s differs: %zu there, %zu to copy, limit %zu\n", name, there, length, limit);
	exit(1);
}

/* A result that leads into the scene is compared as its distance from there. */
static long distance(const void *result, const struct scene *scene)
{
	const char *at = result, *start = (const char *)scene;
	return at >= start && at < start + sizeof(*scene) ? at - start : (long)at;
}

#define COMPARE(name, type, parameters, arguments)                                                 \
	do {                                                                                       \
		type(*own) parameters = (type(*) parameters)dlsym(libc, #name);                    \
		struct scene a = fresh_scene(there), b = a, *s = &a;                               \
		type by_name = name arguments;                                                     \
		s = &b;                                                                            \
		type by_own = own arguments;                                                       \
		if (memcmp(&a, &b, sizeof(a)) ||                                                   \
		    distance((void *)by_name, &a) != distance((void *)by_own, &b))                 \
			fail(#name, there, length);                                                \
		compared++;                                                                        \
	} while (0)

#define COMPARE_NEW(name, type, width, parameters, arguments)                                      \
	do {                                                                                       \
		type(*own) parameters = (type(*) parameters)dlsym(libc, #name);                    \
		type by_name = name arguments;                                                     \
		type by_own = own arguments;                                                       \
		if (memcmp(by_name, by_own, width))                                                \
			fail(#name, there, length);                                                \
		free(by_name);                                                                     \
		free(by_own);                                                                      \
		compared++;                                                                        \
	} while (0)

static void compare_all(size_t there, size_t length)
{
	size_t n = limit < length ? limit : length;

	COMPARE(memcpy, void *, (void *, const void *, size_t), (s->text, from, limit));
	COMPARE(memmove, void *, (void *, const void *, size_t), (s->text, from, limit));
	COMPARE(memmove, void *, (void *, const void *, size_t), (s->text, s->text + 3, limit));
	COMPARE(memmove, void *, (void *, const void *, size_t), (s->text + 3, s->text, limit));
	COMPARE(mempcpy, void *, (void *, const void *, size_t), (s->text, from, limit));
	COMPARE(memccpy, void *, (void *, const void *, int, size_t), (s->text, from, 'h', limit));
	COMPARE(strcpy, char *, (char *, const char *), (s->text, from));
	COMPARE(stpcpy, char *, (char *, const char *), (s->text, from));
	COMPARE(strncpy, char *, (char *, const char *, size_t), (s->text, from, limit));
	COMPARE(stpncpy, char *, (char *, const char *, size_t), (s->text, from, limit));
	COMPARE(strcat, char *, (char *, const char *), (s->text, from));
	COMPARE(strncat, char *, (char *, const char *, size_t), (s->text, from, limit));
	COMPARE(strncat, char *, (char *, const char *, size_t), (s->text, from, -1ul));
	COMPARE(wmemcpy, wchar_t *, (wchar_t *, const wchar_t *, size_t),
		(s->wide, wide_from, limit));
	COMPARE(wmemmove, wchar_t *, (wchar_t *, const wchar_t *, size_t),
		(s->wide + 3, s->wide, limit));
	COMPARE(wmempcpy, wchar_t *, (wchar_t *, const wchar_t *, size_t),
		(s->wide, wide_from, limit));
	COMPARE(wcscpy, wchar_t *, (wchar_t *, const wchar_t *), (s->wide, wide_from));
	COMPARE(wcpcpy, wchar_t *, (wchar_t *, const wchar_t *), (s->wide, wide_from));
	COMPARE(wcsncpy, wchar_t *, (wchar_t *, const wchar_t *, size_t),
		(s->wide, wide_from, limit));
	COMPARE(wcpncpy, wchar_t *, (wchar_t *, const wchar_t *, size_t),
		(s->wide, wide_from, limit));
	COMPARE(wcscat, wchar_t *, (wchar_t *, const wchar_t *), (s->wide, wide_from));
	COMPARE(wcsncat, wchar_t *, (wchar_t *, const wchar_t *, size_t),
		(s->wide, wide_from, limit));
	COMPARE(wcsncat, wchar_t *, (wchar_t *, const wchar_t *, size_t),
		(s->wide, wide_from, -1ul));
	COMPARE_NEW(strdup, char *, length + 1, (const char *), (from));
	COMPARE_NEW(strndup, char *, n + 1, (const char *, size_t), (from, limit));
	COMPARE_NEW(wcsdup, wchar_t *, sizeof(wchar_t) * (length + 1), (const wchar_t *),
		    (wide_from));
}

int main(void)
{
	libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
	for (size_t length = 0; length <= LONGEST; length++) {
		for (size_t i = 0; i < ROOM; i++)
			wide_from[i] = from[i] = (char)(i < length ? 'a' + i : 0);
		for (size_t there = 0; there <= LONGEST; there += 5)
			for (limit = 0; limit <= LONGEST + 2; limit++)
				compare_all(there, length);
	}
	printf("same, %ld calls\n", compared);
	return 0;
}
