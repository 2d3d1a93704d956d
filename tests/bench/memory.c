/* memory.c - a small program, reading and allocating a little, that prints its peak of memory. */
#include "bench.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char *blocks[100], *line = NULL, text[4096];
	size_t room = 0;
	long peak_kib = 0;

	int fd = open(argv[0], O_RDONLY);
	for (int i = 0; i < 100; i++) {
		blocks[i] = malloc(100 * i);
		if (read(fd, text, sizeof(text)) < 0)
			err(1, "%s", argv[0]);
	}
	for (int i = 0; i < 100; i++)
		free(blocks[i]);

	FILE *status = fopen("/proc/self/status", "r");
	while (status && getline(&line, &room, status) > 0)
		sscanf(line, "VmHWM: %ld kB", &peak_kib);
	print_result(peak_kib * 1024.0);
	return 0;
}
