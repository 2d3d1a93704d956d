/*
 * readings.c - what the kernel itself counts about this process.
 */
#include "life/readings.h"

#include "abi/raw.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static uint64_t number_after(const char *text, const char *label)
{
	uint64_t n = 0;
	const char *at = strstr(text, label);
	for (at = at ? at + strlen(label) : ""; *at >= '0' && *at <= '9'; at++)
		n = n * 10 + (uint64_t)(*at - '0');
	return n;
}

void reading_io(struct io_counters *io, uint64_t *own_bytes)
{
	char text[512];
	long n = raw_slurp("/proc/self/io", text, sizeof(text) - 1);
	io->known = n > 0;
	if (n <= 0)
		return;
	text[n] = '\0';
	io->rchar = number_after(text, "rchar: ");
	io->wchar = number_after(text, "wchar: ");
	io->read_bytes = number_after(text, "\nread_bytes: ");
	io->write_bytes = number_after(text, "\nwrite_bytes: ");
	io->text_bytes = (uint64_t)n;
	if (own_bytes)
		*own_bytes += (uint64_t)n;
}

/* glibc's list of streams, which it too walks at the exit (libio/genops.c). */
extern FILE *_IO_list_all;

uint64_t reading_unwritten(void)
{
	uint64_t bytes = 0;
	for (FILE *stream = _IO_list_all; stream; stream = stream->_chain)
		if (stream->_fileno >= 0 && stream->_mode <= 0 &&
		    stream->_IO_write_ptr > stream->_IO_write_base)
			bytes += (uint64_t)(stream->_IO_write_ptr - stream->_IO_write_base);
	return bytes;
}

void reading_faults(struct region *region)
{
	struct rusage usage;
	if (RAW_2(SYS_getrusage, RUSAGE_SELF, &usage) == 0) {
		region->minor_faults = (uint64_t)usage.ru_minflt;
		region->major_faults = (uint64_t)usage.ru_majflt;
		region->voluntary_switches = (uint64_t)usage.ru_nvcsw;
		region->involuntary_switches = (uint64_t)usage.ru_nivcsw;
	}
	if (RAW_2(SYS_getrusage, RUSAGE_CHILDREN, &usage) == 0)
		region->reaped_children = usage.ru_minflt > 0;
}

uint64_t reading_starttime(void)
{
	char text[1024];
	long n = raw_slurp("/proc/self/stat", text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	/* Field 22; the second, the name in parentheses, may hold spaces and parentheses. */
	const char *at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at ? number_after(at, " ") : 0;
}
