/*
 * copies_limited.c - strlcpy and strlcat, and the wide ones, as glibc 2.38 has them; the program brings none.
 *
 * They are found by name, and "none" is printed where nobody has them.
 *
 * EXPECT copy strlcpy: calls=4 in_process=6+3+0+1
 * EXPECT copy strlcat: calls=3 in_process=6+2+0
 * EXPECT copy wcslcpy: calls=2 in_process=4*6+4*3
 * EXPECT copy wcslcat: calls=2 in_process=4*6+4*2
 */
#include "must.h"

#include <dlfcn.h>
#include <string.h>
#include <wchar.h>

typedef size_t (*limited)(char *, const char *, size_t);
typedef size_t (*wide_limited)(wchar_t *, const wchar_t *, size_t);

static void expect(size_t result, size_t wanted, const void *at, const void *text, size_t bytes)
{
	if (result != wanted || memcmp(at, text, bytes)) {
		printf("%zu instead of %zu, or another text\n", result, wanted);
		exit(1);
	}
}

static char *marked(char *text, const char *there)
{
	memset(text, '#', 16);
	for (size_t i = 0; there && (i == 0 || there[i - 1]); i++)
		text[i] = there[i];
	return text;
}

static wchar_t *wide_marked(wchar_t *text, const wchar_t *there)
{
	for (size_t i = 0; i < 16; i++)
		text[i] = L'#';
	for (size_t i = 0; there && (i == 0 || there[i - 1]); i++)
		text[i] = there[i];
	return text;
}

int main(void)
{
	limited copy = (limited)dlsym(RTLD_DEFAULT, "strlcpy");
	limited append = (limited)dlsym(RTLD_DEFAULT, "strlcat");
	wide_limited wide_copy = (wide_limited)dlsym(RTLD_DEFAULT, "wcslcpy");
	wide_limited wide_append = (wide_limited)dlsym(RTLD_DEFAULT, "wcslcat");
	char to[16];
	wchar_t wide[16];

	if (!copy || !append || !wide_copy || !wide_append) {
		puts("none");
		return 0;
	}
	expect(copy(marked(to, NULL), "hello", 16), 5, to, "hello\0#", 7);
	expect(copy(marked(to, NULL), "hello", 4), 5, to, "hel\0#", 5);
	expect(copy(marked(to, NULL), "hello", 0), 5, to, "##", 2);
	expect(copy(marked(to, NULL), "", 16), 0, to, "\0#", 2);
	expect(append(marked(to, "ab"), "hello", 16), 7, to, "abhello\0#", 9);
	expect(append(marked(to, "ab"), "hello", 5), 7, to, "abhe\0#", 6);
	expect(append(marked(to, "ab"), "hello", 1), 6, to, "ab\0#", 4);
	expect(wide_copy(wide_marked(wide, NULL), L"hello", 16), 5, wide, L"hello\0#", 28);
	expect(wide_copy(wide_marked(wide, NULL), L"hello", 4), 5, wide, L"hel\0#", 20);
	expect(wide_append(wide_marked(wide, L"ab"), L"hello", 16), 7, wide, L"abhello\0#", 36);
	expect(wide_append(wide_marked(wide, L"ab"), L"hello", 5), 7, wide, L"abhe\0#", 24);
	puts("as they should be");
	return 0;
}
