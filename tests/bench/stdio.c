/* stdio.c - characters out of and lines into a program: stdio fputc|flush|fgets FILE COUNT. */
#include "bench.h"

static void put_characters(FILE *file, long count)
{
	for (long i = 0; i < count; i++)
		if (fputc('a' + i % 26, file) == EOF)
			err(1, "fputc");
}

static void flush_characters(FILE *file, long count)
{
	for (long i = 0; i < count; i++)
		if (fputc('a' + i % 26, file) == EOF || fflush(file) == EOF)
			err(1, "fflush");
}

static void get_lines(FILE *file, long count)
{
	char line[256];

	for (long i = 0; i < count; i++)
		if (!fgets(line, sizeof(line), file))
			rewind(file);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		errx(1, "usage: stdio fputc|flush|fgets FILE COUNT");
	int puts_characters = !strcmp(argv[1], "fputc");
	int flushes = !strcmp(argv[1], "flush");
	FILE *file = fopen(argv[2], puts_characters || flushes ? "w" : "r");
	long count = atol(argv[3]);
	if (!file)
		err(1, "%s", argv[2]);

	uint64_t start = now_ns();
	if (puts_characters)
		put_characters(file, count);
	else if (flushes)
		flush_characters(file, count);
	else
		get_lines(file, count);
	print_result((double)(now_ns() - start) / count);
	fclose(file);
	return 0;
}
