/*
 * sites_text.c - tells whether libc's code is what its file holds, and whether any memory is both
 * writable and executable; does some reading and writing on the way, then runs a program if one is
 * named.
 *
 *     sites_text [PROGRAM...]
 */
#include "must.h"
#include <fcntl.h>
#include <sys/mman.h>

static long differing(const char *path, const char *start, const char *end, long offset)
{
	int fd = must(open(path, O_RDONLY));
	size_t n = end - start;
	char *file = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, offset);
	long count = 0;
	gives(file != MAP_FAILED, 1);
	for (size_t i = 0; i < n; i++)
		count += file[i] != start[i];
	munmap(file, n);
	close(fd);
	return count;
}

int main(int argc, char **argv)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512], mode[8], path[256];
	unsigned long start, end, offset;
	long changed = 0, dangerous = 0, fragments = 0;
	gives(maps != NULL, 1);
	while (fgets(line, sizeof(line), maps)) {
		path[0] = '\0';
		gives(sscanf(line, "%lx-%lx %7s %lx %*s %*s %255s", &start, &end, mode, &offset,
			     path) >= 4,
		      1);
		dangerous += mode[1] == 'w' && mode[2] == 'x';
		if (mode[2] != 'x' || !strstr(path, "/libc.so.6"))
			continue;
		fragments++;
		changed += differing(path, (char *)start, (char *)end, offset);
	}
	printf("%s changed, %ld mappings, %ld dangerous\n", changed ? "text" : "nothing", fragments,
	       dangerous);
	fflush(stdout);
	if (argc > 1)
		must(execv(argv[1], argv + 1));
	return 0;
}
