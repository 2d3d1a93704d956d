/*
 * vectors.c - runs code that may use vector registers, and leaves them as they were.
 */
#include "span/vectors.h"

#include "region/thread.h"

#include <cpuid.h>
#include <stdint.h>

/*
 * Intel SDM volume 1, section 13.1: the state components of SSE, AVX and AVX-512.
 * In the standard format the last of them ends at byte 2688. The x87 registers
 * aren't among them: nobody here uses them.
 */
#define COMPONENTS 0xe6u
#define ENDS_AT	   2688

_Static_assert(ENDS_AT <= VECTOR_BYTES, "there is room for all of them");

static uint32_t present; /* of these components, and 1 for "known" */

static uint32_t find_present(void)
{
	unsigned a, b, c, d, low = 0, high;
	if (__get_cpuid(1, &a, &b, &c, &d) && c & bit_OSXSAVE)
		__asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return (low & COMPONENTS) | 1;
}

void vectors_kept(void (*function)(void *), void *argument, void *save)
{
	/* Under virtualisation the question costs a microsecond or more. */
	if (!present)
		present = find_present();
	uint32_t mask = present & COMPONENTS;
	if (!mask)
		return;
	__asm__ volatile("xsave64 %0" : "+m"(*(char(*)[VECTOR_BYTES])save) : "a"(mask), "d"(0));
	function(argument);
	__asm__ volatile("xrstor64 %0" ::"m"(*(char(*)[VECTOR_BYTES])save), "a"(mask), "d"(0));
}
