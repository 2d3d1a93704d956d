/*
 * symbolize.c - finds the functions and source lines of frames with libdw.
 *
 * Only a file with the build id of the traced one is believed: after a rebuild
 * the same offset means another line.
 */
#include "trace_io.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A trace may name any number of files, which are all opened; a program has loaded far fewer. */
#define MODULES_MOST 1024

static char *debug_path;
static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = dwfl_standard_find_debuginfo,
    .section_address = dwfl_offline_section_address,
    .debuginfo_path = &debug_path,
};

static bool same_build_id(Dwfl_Module *module, const char *expected)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *bits;
	GElf_Addr address;

	int n = dwfl_module_build_id(module, &bits, &address);
	if (n <= 0 || strlen(expected) != 2 * (size_t)n)
		return false;
	for (int i = 0; i < n; i++)
		if (expected[2 * i] != hex[bits[i] >> 4] ||
		    expected[2 * i + 1] != hex[bits[i] & 15])
			return false;
	return true;
}

/* Takes the file in, if it is the one; the module lives as long as the session. */
static Dwfl_Module *report_file(Dwfl *session, const char *path, const char *build_id)
{
	struct complaint unused;
	Elf *elf;
	GElf_Addr bias;

	int fd = open_regular(path, &unused);
	if (fd < 0)
		return NULL;
	dwfl_report_begin(session);
	Dwfl_Module *module = dwfl_report_offline(session, path, path, fd);
	if (!module)
		close(fd);
	if (dwfl_report_end(session, NULL, NULL) || !module)
		return NULL;
	elf = dwfl_module_getelf(module, &bias);
	return elf && same_build_id(module, build_id) ? module : NULL;
}

static Dwfl_Module *find_module(Dwfl *session, const struct frame *frame)
{
	char path[256];

	Dwfl_Module *module = report_file(session, frame->module, frame->build_id);
	if (module || strlen(frame->build_id) < 3 || strlen(frame->build_id) > 64 ||
	    strspn(frame->build_id, "0123456789abcdef") != strlen(frame->build_id))
		return module;
	snprintf(path, sizeof(path), "/usr/lib/debug/.build-id/%.2s/%s.debug", frame->build_id,
		 frame->build_id + 2);
	return report_file(session, path, frame->build_id);
}

static void name_frame(struct arena *arena, Dwfl_Module *module, struct frame *frame)
{
	GElf_Addr bias;
	GElf_Off within;
	GElf_Sym symbol;

	if (!dwfl_module_getelf(module, &bias) || !frame->offset)
		return;
	/* The call is before the address it returns to. */
	GElf_Addr address = frame->offset - 1 + bias;
	if (!frame->function) {
		const char *name =
		    dwfl_module_addrinfo(module, address, &within, &symbol, NULL, NULL, NULL);
		if (name) {
			frame->function = arena_string(arena, name);
			frame->function_offset = within + 1;
		}
	}
	Dwfl_Line *line = frame->file ? NULL : dwfl_module_getsrc(module, address);
	int number = 0;
	const char *file = line ? dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL) : NULL;
	if (file && number > 0) {
		frame->file = arena_string(arena, file);
		frame->line = number;
	}
}

static bool has_work(const struct frame *frame)
{
	return (!frame->function || !frame->file) && frame->module && frame->module[0] == '/' &&
	       frame->build_id && frame->build_id[0];
}

static bool same_module(const struct frame *a, const struct frame *b)
{
	return !strcmp(a->module, b->module) && !strcmp(a->build_id, b->build_id);
}

static int by_module(const void *a, const void *b)
{
	const struct frame *x = *(struct frame *const *)a, *y = *(struct frame *const *)b;
	int order = strcmp(x->module, y->module);
	return order ? order : strcmp(x->build_id, y->build_id);
}

void trace_symbolize(struct trace *trace)
{
	struct frame **work =
	    arena_take_array(&trace->arena, trace->frames.count + 1, sizeof(*work));
	size_t count = 0;

	/* Or libdw would ask servers on the network for debug information. */
	unsetenv("DEBUGINFOD_URLS");
	for (size_t i = 0; i < trace->frames.count; i++)
		if (has_work(&trace->frames.items[i]))
			work[count++] = &trace->frames.items[i];
	qsort(work, count, sizeof(*work), by_module);
	size_t modules = 0;
	for (size_t i = 0, last; i < count && modules < MODULES_MOST; i = last, modules++) {
		Dwfl *session = dwfl_begin(&callbacks);
		Dwfl_Module *module = session ? find_module(session, work[i]) : NULL;
		for (last = i; last < count && same_module(work[i], work[last]); last++)
			if (module)
				name_frame(&trace->arena, module, work[last]);
		dwfl_end(session);
	}
}
