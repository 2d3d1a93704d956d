/*
 * maps_file.c - reads /proc/self/maps, line by line.
 */
#include "memory/maps_file.h"

#include "abi/raw.h"
#include "region/kernel_io.h"

#define PAGE	     4096ul
#define BUFFER_BYTES 8192 /* more than the longest path */

static uint64_t take_number(const char **at, const char *end, unsigned base)
{
	uint64_t n = 0;
	for (; *at < end; (*at)++) {
		unsigned digit = (unsigned char)**at;
		digit = digit - '0' < 10u ? digit - '0' : digit - 'a' + 10;
		if (digit >= base)
			break;
		n = n * base + digit;
	}
	return n;
}

static void skip(const char **at, const char *end, size_t n)
{
	*at = (size_t)(end - *at) < n ? end : *at + n;
}

/* START-END rwxp OFFSET MAJOR:MINOR INODE      NAME (proc(5)) */
static void parse(const char *at, const char *end, struct maps_line *line)
{
	line->start = take_number(&at, end, 16);
	skip(&at, end, 1);
	line->end = take_number(&at, end, 16);
	skip(&at, end, 4);
	line->is_shared = at < end && *at == 's';
	skip(&at, end, 2);
	take_number(&at, end, 16);
	skip(&at, end, 1);
	line->major = (uint32_t)take_number(&at, end, 16);
	skip(&at, end, 1);
	line->minor = (uint32_t)take_number(&at, end, 16);
	skip(&at, end, 1);
	line->inode = take_number(&at, end, 10);
	while (at < end && *at == ' ')
		at++;
	line->name = at;
	line->bytes = (size_t)(end - at);
}

/* Visits the whole lines of what is there; returns how many bytes of another are left. */
static size_t visit_lines(const char *text, size_t n,
			  void (*visit)(const struct maps_line *, void *), void *argument)
{
	const char *from = text, *end = text + n;
	for (const char *at = text; at < end; at++) {
		struct maps_line line;
		if (*at != '\n')
			continue;
		parse(from, at, &line);
		visit(&line, argument);
		from = at + 1;
	}
	return (size_t)(end - from);
}

bool maps_file_read(void (*visit)(const struct maps_line *line, void *argument), void *argument)
{
	static char text[BUFFER_BYTES] __attribute__((aligned(PAGE)));
	size_t kept = 0;
	/* By us and not by the kernel, whose faults aren't always seen. */
	for (size_t i = 0; i < sizeof(text); i += PAGE)
		((volatile char *)text)[i] = 0;
	long n, fd = raw_open("/proc/self/maps", O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0)
		return false;
	while ((n = raw_read((int)fd, text + kept, sizeof(text) - kept)) > 0) {
		kernel_io_own_read((uint64_t)n);
		size_t have = kept + (size_t)n;
		kept = visit_lines(text, have, visit, argument);
		memmove(text, text + have - kept, kept);
	}
	raw_close((int)fd);
	return n == 0;
}
