/*
 * own_text.c - where this library's code is.
 */
#include "syscall/own_text.h"

#include <link.h>

extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden"))); /* of the linker */

struct own_text own_text __attribute__((visibility("hidden")));

void own_text_find(void)
{
	const ElfW(Phdr) *segment =
	    (const void *)((const char *)&__ehdr_start + __ehdr_start.e_phoff);
	for (int i = 0; !own_text.bytes && i < __ehdr_start.e_phnum; i++, segment++) {
		if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X))
			continue;
		own_text.start = (uintptr_t)&__ehdr_start + segment->p_vaddr;
		own_text.bytes = segment->p_memsz;
	}
}
