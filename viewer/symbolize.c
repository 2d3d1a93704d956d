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

/* A function of a module. libdw looks through all of them for each address. */
struct function {
	GElf_Addr start, end;
	bool global;
	const char *name;
};

struct functions {
	size_t count;
	struct function *items;
};

/* Of names for one place a global one is better known than a local one, and then a short one; it
 * comes last. */
static int by_start(const void *a, const void *b)
{
	const struct function *x = a, *y = b;
	size_t long_x = strlen(x->name), long_y = strlen(y->name);
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->global != y->global)
		return x->global - y->global;
	return long_x != long_y ? (long_x > long_y ? -1 : 1) : strcmp(x->name, y->name);
}

static struct functions functions_of(struct arena *arena, Dwfl_Module *module)
{
	struct functions functions = {0};
	int n = dwfl_module_getsymtab(module);

	functions.items = arena_take_array(arena, n > 0 ? n : 1, sizeof(*functions.items));
	for (int i = 0; i < n; i++) {
		GElf_Sym symbol;
		GElf_Addr start;
		const char *name =
		    dwfl_module_getsym_info(module, i, &symbol, &start, NULL, NULL, NULL);
		int type = GELF_ST_TYPE(symbol.st_info);
		if (!name || !*name || !symbol.st_size || symbol.st_shndx == SHN_UNDEF ||
		    (type != STT_FUNC && type != STT_GNU_IFUNC))
			continue;
		functions.items[functions.count++] =
		    (struct function){start, start + symbol.st_size,
				      GELF_ST_BIND(symbol.st_info) == STB_GLOBAL, name};
	}
	qsort(functions.items, functions.count, sizeof(*functions.items), by_start);
	return functions;
}

/* The last to start before the address, if it covers it. */
static const struct function *function_at(const struct functions *functions, GElf_Addr address)
{
	size_t low = 0, high = functions->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (functions->items[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low && address < functions->items[low - 1].end ? &functions->items[low - 1] : NULL;
}

static void name_frame(struct arena *arena, Dwfl_Module *module, const struct functions *functions,
		       struct frame *frame)
{
	GElf_Addr bias;

	if (!dwfl_module_getelf(module, &bias) || !frame->offset)
		return;
	/* The call is before the address it returns to. */
	GElf_Addr address = frame->offset - 1 + bias;
	const struct function *function = frame->function ? NULL : function_at(functions, address);
	if (function) {
		frame->function = arena_string(arena, function->name);
		frame->function_offset = address + 1 - function->start;
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

/* All of them are of one module. */
static void name_frames(struct arena *names, struct frame **frames, size_t count)
{
	struct arena scratch = {0};
	struct functions functions = {0};
	Dwfl *session = dwfl_begin(&callbacks);
	Dwfl_Module *module = session ? find_module(session, frames[0]) : NULL;
	bool nameless = false;

	for (size_t i = 0; i < count; i++)
		nameless = nameless || !frames[i]->function;
	if (module && nameless)
		functions = functions_of(&scratch, module);
	for (size_t i = 0; module && i < count; i++)
		name_frame(names, module, &functions, frames[i]);
	arena_close(&scratch);
	dwfl_end(session);
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
		for (last = i; last < count && same_module(work[i], work[last]); last++)
			;
		name_frames(&trace->arena, work + i, last - i);
	}
}
