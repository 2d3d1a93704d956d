/*
 * auxiliary.c - walks from its environment to what the kernel tells it behind, as programs do that have no libc
 * for it: there must be one NULL between, also after an exec that was traced, and nothing of the tracer's.
 */
#include "must.h"
#include <elf.h>
#include <sys/auxv.h>

extern char **environ;

int main(int argc, char **argv)
{
	char **entry = argv + argc + 1, *own[] = {"A=1", "B=2", NULL};
	if (argc == 1)
		execle("/proc/self/exe", argv[0], "again", NULL, own);
	gives(environ == entry, 1);
	for (; *entry; entry++)
		gives(strncmp(*entry, "COPYTRACE_IMAGE", 15) == 0, 0);
	const Elf64_auxv_t *vector = (const void *)(entry + 1);
	unsigned long page = 0;
	for (; vector->a_type != AT_NULL; vector++)
		if (vector->a_type == AT_PAGESZ)
			page = vector->a_un.a_val;
	gives(page, 4096);
	gives(getauxval(AT_PAGESZ), 4096);
	puts("found");
	return 0;
}
