/*
 * modules.c - which files are loaded where, kept in the region for the sake of the stacks' names.
 */
#include "span/modules.h"

#include "abi/raw.h"
#include "region/signals.h"
#include "region/thread.h"

#include <link.h>
#include <string.h>

static struct {
	uint32_t taken; /* one thread refreshes, the others go on with what there is */
	bool known;
	unsigned long long adds, subs;
} state;

/* A file's path as the viewer must know it: absolute. */
static size_t absolute_path(char *path, const char *name)
{
	long n = 0;
	if (!name[0]) {
		n = raw_readlink("/proc/self/exe", path, PATH_MAX - 1);
		return n > 0 ? (size_t)n : 0;
	}
	if (name[0] != '/' && strchr(name, '/')) {
		n = RAW_2(SYS_getcwd, path, PATH_MAX - 1);
		n = n > 1 ? n - 1 : 0; /* the kernel counts the terminating zero */
		path[n++] = '/';
	}
	size_t rest = strnlen(name, PATH_MAX - 1 - (size_t)n);
	memcpy(path + n, name, rest);
	return (size_t)n + rest;
}

static void read_build_id(struct module *module, const char *note, size_t bytes)
{
	while (bytes >= sizeof(ElfW(Nhdr))) {
		const ElfW(Nhdr) *head = (const void *)note;
		size_t name = (head->n_namesz + 3) & ~3ul, content = (head->n_descsz + 3) & ~3ul;
		if (sizeof(*head) + name + content > bytes)
			return;
		if (head->n_type == NT_GNU_BUILD_ID && head->n_namesz == 4 &&
		    head->n_descsz <= sizeof(module->build_id)) {
			module->build_id_bytes = head->n_descsz;
			memcpy(module->build_id, note + sizeof(*head) + name, head->n_descsz);
			return;
		}
		note += sizeof(*head) + name + content;
		bytes -= sizeof(*head) + name + content;
	}
}

static bool extent(const struct dl_phdr_info *info, uint64_t *start, uint64_t *end)
{
	*start = UINT64_MAX;
	*end = 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		if (segment->p_type != PT_LOAD)
			continue;
		uint64_t first = info->dlpi_addr + segment->p_vaddr;
		if (first < *start)
			*start = first;
		if (first + segment->p_memsz > *end)
			*end = first + segment->p_memsz;
	}
	return *start < *end;
}

static void add(const struct dl_phdr_info *info, uint64_t start, uint64_t end)
{
	char *path = self.locals->name;
	uint32_t index;
	struct text text = live_text(path, absolute_path(path, info->dlpi_name));
	struct module *module = live_append(&live.region->modules, &index);
	if (!module)
		return;
	module->path = text;
	module->bias = info->dlpi_addr;
	for (int i = 0; i < info->dlpi_phnum && module->build_id_bytes == 0; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		if (segment->p_type == PT_NOTE && segment->p_align <= 4)
			read_build_id(module, (const char *)info->dlpi_addr + segment->p_vaddr,
				      segment->p_memsz);
	}
	module->generation = live.region->generation;
	module->generation_end = UINT32_MAX;
	module->start = start;
	module->end = end;
}

struct walk {
	bool taken_place;
	unsigned long long adds, subs;
	uint8_t seen[MODULES_MOST / 8];
};

static void mark(struct walk *walk, uint32_t i)
{
	walk->seen[i / 8] |= (uint8_t)(1 << i % 8);
}

static int visit(struct dl_phdr_info *info, size_t bytes, void *context)
{
	struct walk *walk = context;
	struct table *modules = &live.region->modules;
	uint64_t start, end;

	if (state.known && info->dlpi_adds == state.adds && info->dlpi_subs == state.subs)
		return 1;
	walk->taken_place = true;
	walk->adds = info->dlpi_adds;
	walk->subs = info->dlpi_subs;
	if (!extent(info, &start, &end))
		return 0;
	uint32_t count = modules->count;
	for (uint32_t i = 0; i < count; i++) {
		const struct module *module = live_at(modules, i);
		if (module->start == start && module->end == end &&
		    module->bias == info->dlpi_addr && module->generation_end == UINT32_MAX) {
			mark(walk, i);
			return 0;
		}
	}
	add(info, start, end);
	if (modules->count > count)
		mark(walk, count);
	return 0;
}

static void close_unseen(const struct walk *walk)
{
	bool gone = false;
	for (uint32_t i = 0; i < live.region->modules.count; i++) {
		struct module *module = live_at(&live.region->modules, i);
		if (module->generation_end == UINT32_MAX && !(walk->seen[i / 8] & 1 << i % 8)) {
			module->generation_end = live.region->generation + 1;
			gone = true;
		}
	}
	if (gone)
		__atomic_fetch_add(&live.region->generation, 1, __ATOMIC_RELEASE);
}

/* A handler that leaves by a jump must not do so here: the loader's lock would never be released.
 */
void modules_refresh(void)
{
	struct walk walk = {.taken_place = false};
	uintptr_t busy = self.busy;
	uint64_t mask = signals_hold();
	if (__atomic_exchange_n(&state.taken, 1, __ATOMIC_ACQUIRE)) {
		signals_release(mask);
		return;
	}
	if (!busy)
		self.busy = (uintptr_t)&walk;
	dl_iterate_phdr(visit, &walk);
	if (walk.taken_place) {
		close_unseen(&walk);
		state.adds = walk.adds;
		state.subs = walk.subs;
		state.known = true;
	}
	self.busy = busy;
	__atomic_store_n(&state.taken, 0, __ATOMIC_RELEASE);
	signals_release(mask);
}

void modules_forget(void)
{
	state.known = false;
	state.taken = 0;
}
