/*
 * copies.c - copies within its memory by every function that does, so often and so much as it says.
 *
 * BUILD: -fno-builtin
 *
 * Each is called ten times by a function of its own; DHAT, which sees the same calls, tells them apart by that.
 *
 * EXPECT copy memcpy: calls=10+1+10 in_process=10*100+0+10*100
 * EXPECT copy memmove: calls=20 in_process=20*100
 * EXPECT copy mempcpy: calls=30 in_process=30*100
 * EXPECT copy memccpy: calls=20 in_process=10*50+10*101
 * EXPECT copy bcopy: calls=10 in_process=10*100
 * EXPECT copy strcpy: calls=20 in_process=20*101
 * EXPECT copy stpcpy: calls=30 in_process=30*101
 * EXPECT copy strncpy: calls=30 in_process=10*101+20*50
 * EXPECT copy stpncpy: calls=20 in_process=10*101+10*50
 * EXPECT copy strcat: calls=20 in_process=20*101
 * EXPECT copy strncat: calls=30 in_process=10*50+20*101
 * EXPECT copy strdup: calls=20 in_process=20*101
 * EXPECT copy strndup: calls=20 in_process=10*50+10*100
 * EXPECT copy wmemcpy: calls=10 in_process=10*4*100
 * EXPECT copy wmemmove: calls=10 in_process=10*4*100
 * EXPECT copy wmempcpy: calls=10 in_process=10*4*100
 * EXPECT copy wcscpy: calls=10 in_process=10*4*101
 * EXPECT copy wcpcpy: calls=10 in_process=10*4*101
 * EXPECT copy wcsncpy: calls=10 in_process=10*4*101
 * EXPECT copy wcpncpy: calls=10 in_process=10*4*50
 * EXPECT copy wcscat: calls=10 in_process=10*4*101
 * EXPECT copy wcsncat: calls=10 in_process=10*4*50
 * EXPECT copy wcsdup: calls=10 in_process=10*4*101
 * EXPECT totals: in_process=any
 * EXPECT coverage: calls_nested=0 cells_folded=0 stacks_folded=0
 */
#include "must.h"

#include <string.h>
#include <strings.h>
#include <wchar.h>

static char to[1000], from[1000];
static wchar_t wide_to[1000], wide_from[1000];

void *__memcpy_chk(void *, const void *, size_t, size_t);
void *__memmove_chk(void *, const void *, size_t, size_t);
void *__mempcpy_chk(void *, const void *, size_t, size_t);
char *__strcpy_chk(char *, const char *, size_t);
char *__stpcpy_chk(char *, const char *, size_t);
char *__strncpy_chk(char *, const char *, size_t, size_t);
char *__strcat_chk(char *, const char *, size_t);
char *__strncat_chk(char *, const char *, size_t, size_t);
char *__stpcpy(char *, const char *);
char *__strdup(const char *);

#define TEN_TIMES(name, call)                                                                      \
	static __attribute__((noinline)) void ten_##name(void)                                     \
	{                                                                                          \
		for (int i = 0; i < 10; i++) {                                                     \
			to[0] = 0;                                                                 \
			wide_to[0] = 0;                                                            \
			call;                                                                      \
		}                                                                                  \
	}
#include "copies.def"
#undef TEN_TIMES

int main(void)
{
	for (int i = 0; i < 100; i++)
		wide_from[i] = from[i] = 'x';
	memcpy(to, from, 0);
#define TEN_TIMES(name, call) ten_##name();
#include "copies.def"
	return 0;
}
