/*
 * rewrite.c - makes libc's own system calls come by us, by rewriting them in memory.
 *
 * Of each site one whole instruction gives way to a jump: of five bytes to a
 * slot, or where there is room for two only, to padding nearby in which the long
 * jump stands. The syscall instruction stays, for whoever jumps to it. Nothing
 * is written across the end of an instruction.
 */
#include "sites/rewrite.h"

#include "abi/raw.h"
#include "sites/known.h"
#include "sites/survey.h"
#include "syscall/dispatch.h"
#include "syscall/hook.h"
#include "syscall/numbers.h"

#include <link.h>
#include <linux/membarrier.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/single_threaded.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22 /* Linux 5.14; where it is refused, each page costs a fault */
#endif

#define CACHE_LINE 64
#define PAGE	   4096ul
#define PARTS_MOST 8

/*
 * Those that make system calls for others: up to glibc 2.33 threads and message
 * queues had libraries of their own, and what fills rings is made for nothing else.
 */
#define LIBC "libc.so.6"
static const char *const rewritten_libraries[] = {
    LIBC, "ld-linux-x86-64.so.2", "libpthread.so.0", "librt.so.1", "libaio.so.1", "liburing.so.2",
};

struct change {
	uintptr_t at;  /* the instruction that gives way */
	uintptr_t via; /* the padding by which the jump goes, or 0 */
};

struct part {
	struct code code;
	uint32_t first, last; /* changes [first, last) are in it */
	uint32_t counted;     /* of them, those that move bytes */
	bool is_libc;
	bool exits;			    /* libc's end of the process is among them */
	uint32_t executing, executing_left; /* sites of exec, and those that aren't among them */
	uint32_t acting, acting_left;	    /* the same of rt_sigaction */
};

static struct plan {
	struct functions functions[PARTS_MOST];
	struct part part[PARTS_MOST];
	uint32_t libraries, parts, changes;
	bool all;
	struct rewriting result;
	struct change change[SLOTS];
} plan;

static bool reaches(uintptr_t from, uintptr_t to)
{
	intptr_t distance = (intptr_t)(to - from);
	return distance == (int32_t)distance;
}

static uintptr_t slot_of(uint32_t change)
{
	return (uintptr_t)hook_slots + (uintptr_t)change * SLOT_BYTES;
}

/* With other threads about, what is fetched while it is written must be old or new, never both. */
static bool is_one_store(uintptr_t at, size_t bytes)
{
	return __libc_single_threaded || at / CACHE_LINE == (at + bytes - 1) / CACHE_LINE;
}

static bool is_taken(uintptr_t at)
{
	for (uint32_t i = plan.changes; i-- > 0;)
		if (plan.change[i].via <= at + JUMP_BYTES && at <= plan.change[i].via + JUMP_BYTES)
			return true;
	return false;
}

static bool is_room(uintptr_t at)
{
	return !is_taken(at) && is_one_store(at, JUMP_BYTES);
}

static bool is_wanted(long number)
{
	if (dispatch_state() == EXHAUSTIVE_ON && number_must_trap(number))
		return false;
	return plan.all ? !number_needs_own_stack(number) : number_is_wanted(number);
}

/* Claims room for the jump of a site: in its own place, or in padding nearby. */
static bool find_room(const struct code *code, const struct site *site, struct change *change)
{
	bool is_short = site->bytes < JUMP_BYTES;
	change->at = code->start + site->at;
	change->via = 0;
	if (!is_one_store(change->at, is_short ? SHORT_JUMP_BYTES : JUMP_BYTES))
		return false;
	if (is_short)
		change->via = survey_padding_behind(code, site);
	if (is_short && (!change->via || !is_room(change->via)))
		change->via = survey_padding(code, change->at + SHORT_JUMP_BYTES, is_room);
	return !is_short || change->via;
}

static bool plan_change(const struct code *code, struct site *site)
{
	const unsigned char *text = (const unsigned char *)code->start;
	struct change *change = &plan.change[plan.changes];
	if (plan.changes == SLOTS)
		return false;
	if (!find_room(code, site, change) &&
	    !(site_move_behind(text, code->bytes, site) && find_room(code, site, change)))
		return false;
	if (!reaches(change->at, slot_of(plan.changes))) {
		plan.result.state = SYSCALLS_FAR;
		return false;
	}
	struct slot slot = {.resume = code->start + site->end,
			    .immediate = site->immediate,
			    .form = site->form,
			    .reg = site->reg};
	/* An exec is made by hook_prepare(), to which the commonest form doesn't come. */
	if (slot.form == FORM_NUMBER && number_executes(slot.immediate))
		slot.form = FORM_IMMEDIATE, slot.reg = 0;
	hook_table[plan.changes++] = slot;
	return true;
}

static void plan_found(struct part *part, enum finding finding, struct site *site, int number)
{
	bool counts = number == NUMBER_UNKNOWN || number_moves(number);
	plan.result.found += counts;
	part->executing += number_executes(number);
	part->acting += number == SYS_rt_sigaction;
	if (finding == STRANGE || !plan_change(&part->code, site)) {
		part->executing_left += number_executes(number);
		part->acting_left += number == SYS_rt_sigaction;
		return;
	}
	part->counted += counts;
	part->exits |= number == SYS_exit_group;
}

static void plan_site(struct part *part, size_t at)
{
	struct site site;
	int number;
	enum finding finding = survey_site(&part->code, at, is_wanted, &site, &number);
	if (finding != NO_SITE)
		plan_found(part, finding, &site, number);
}

/* Somebody may have written there since the file was loaded. */
static void plan_known(struct part *part, const struct known_site *known)
{
	struct site site = known->site;
	const char *text = (const char *)part->code.start + site.at;
	if (memcmp(text, known->text, site.end - site.at) == 0)
		plan_found(part, known->finding, &site, known->number);
	else
		plan_site(part, known->at);
}

/* All of it, or for a library that was searched when this was built, what was found then. */
static void plan_part(struct part *part, const struct known_library *known)
{
	const struct code *code = &part->code;
	const unsigned char *text = (const unsigned char *)code->start;
	part->first = plan.changes;
	if (known && !plan.all) {
		for (uint32_t i = 0; i < known->count; i++)
			plan_known(part, &known->site[i]);
	} else {
		RAW_3(SYS_madvise, code->start & -PAGE, code->bytes, MADV_POPULATE_READ);
		for (size_t at = 0; (at = site_search(text, code->bytes, at)) < code->bytes;
		     at += 2)
			plan_site(part, at);
	}
	part->last = plan.changes;
}

static int protection_of(uint32_t flags)
{
	return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) |
	       (flags & PF_X ? PROT_EXEC : 0);
}

static const struct known_library *find_known(const void *notes, size_t bytes)
{
	const char *note = notes;
	while (bytes >= sizeof(ElfW(Nhdr))) {
		const ElfW(Nhdr) *head = (const void *)note;
		size_t whole =
		    sizeof(*head) + ((head->n_namesz + 3) & ~3ul) + ((head->n_descsz + 3) & ~3ul);
		if (whole > bytes)
			return NULL;
		const char *id = note + whole - ((head->n_descsz + 3) & ~3ul);
		for (size_t i = 0; head->n_type == NT_GNU_BUILD_ID && i < known_libraries_count;
		     i++)
			if (head->n_descsz == BUILD_ID_BYTES &&
			    memcmp(known_libraries[i].build_id, id, BUILD_ID_BYTES) == 0)
				return &known_libraries[i];
		note += whole;
		bytes -= whole;
	}
	return NULL;
}

/* The loader maps a library's header with its first segment. */
static void plan_library(uintptr_t base, bool is_libc, struct functions *functions)
{
	const ElfW(Ehdr) *head = (const void *)base;
	const ElfW(Phdr) *segment = (const void *)(base + head->e_phoff);
	const struct known_library *known = NULL;
	functions->count = 0;
	for (int i = 0; i < head->e_phnum; i++) {
		const void *at = (const void *)(base + segment[i].p_vaddr);
		if (segment[i].p_type == PT_GNU_EH_FRAME && !functions_find(functions, at))
			return;
		if (segment[i].p_type == PT_NOTE && !known)
			known = find_known(at, segment[i].p_memsz);
	}
	for (int i = 0; functions->count && i < head->e_phnum && plan.parts < PARTS_MOST; i++) {
		if (segment[i].p_type != PT_LOAD || !(segment[i].p_flags & PF_X))
			continue;
		struct part *part = &plan.part[plan.parts++];
		part->code = (struct code){.start = base + segment[i].p_vaddr,
					   .bytes = segment[i].p_filesz,
					   .protection = protection_of(segment[i].p_flags),
					   .functions = functions};
		part->is_libc = is_libc;
		plan_part(part, known);
	}
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static bool is_rewritten(const char *name)
{
	for (size_t i = 0; i < sizeof(rewritten_libraries) / sizeof(*rewritten_libraries); i++)
		if (strcmp(name, rewritten_libraries[i]) == 0)
			return true;
	return false;
}

/* Room for the table, in place of the zeros of the file. */
static bool map_table(void)
{
	return raw_mmap(hook_table, SLOTS * SLOT_BYTES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != NULL;
}

/* In one store where it lies in one cache line: eight bytes that hold it. */
static void store(uintptr_t at, const unsigned char *code, size_t n)
{
	uintptr_t window = at & -8ul;
	if (at + n > window + 8)
		window = at;
	if (window / CACHE_LINE != (window + 7) / CACHE_LINE)
		window = at + n - 8;
	own_memory_wrote(window);
	own_memory_wrote(window + sizeof(uint64_t) - 1);
	uint64_t word;
	__builtin_memcpy(&word, (const void *)window, sizeof(word));
	__builtin_memcpy((char *)&word + (at - window), code, n);
	__atomic_store_n((uint64_t *)window, word, __ATOMIC_RELEASE);
}

static void write_jump(uintptr_t at, uintptr_t to)
{
	unsigned char code[JUMP_BYTES] = {0xe9};
	int32_t distance = (int32_t)(to - (at + JUMP_BYTES));
	__builtin_memcpy(code + 1, &distance, sizeof(distance));
	store(at, code, sizeof(code));
}

static void write_change(uint32_t i)
{
	const struct change *change = &plan.change[i];
	if (!change->via) {
		write_jump(change->at, slot_of(i));
		return;
	}
	unsigned char code[SHORT_JUMP_BYTES] = {
	    0xeb, (unsigned char)(change->via - (change->at + SHORT_JUMP_BYTES))};
	write_jump(change->via, slot_of(i));
	store(change->at, code, sizeof(code));
}

/*
 * By way of readable, writable and executable: a kernel or a policy that refuses
 * (MDWE, SELinux's execmod) does so at once, and libc stays as it was; taking
 * away "executable" first would be allowed, and could not be undone. All of the
 * text, for it is to stay one mapping: where one begins at an offset that is no
 * program header's, libunwind finds no frames in another process (strace -k).
 */
static bool write_part(const struct part *part)
{
	uintptr_t low = part->code.start & -PAGE;
	size_t bytes = part->code.start + part->code.bytes - low;
	if (part->first == part->last)
		return false;
	if (RAW_3(SYS_mprotect, low, bytes, PROT_READ | PROT_WRITE | PROT_EXEC) < 0)
		return false;
	for (uint32_t i = part->first; i < part->last; i++)
		write_change(i);
	RAW_3(SYS_mprotect, low, bytes, part->code.protection);
	plan.result.rewritten += part->counted;
	plan.result.exits |= part->exits && part->is_libc;
	plan.result.executes |= part->executing && !part->executing_left && part->is_libc;
	plan.result.acts |= part->acting && !part->acting_left && part->is_libc;
	return part->is_libc;
}

struct rewriting rewrite_sites(bool all)
{
	uint32_t written = 0;
	plan.all = all;
	plan.result.state = SYSCALLS_NO_SITES;
	if (!map_table())
		return plan.result;
	/* Not by dl_iterate_phdr(), which would wait for the loader's lock. */
	for (const struct link_map *map = _r_debug.r_map; map; map = map->l_next)
		if (is_rewritten(file_name(map->l_name)) && plan.libraries < PARTS_MOST)
			plan_library(map->l_addr, strcmp(file_name(map->l_name), LIBC) == 0,
				     &plan.functions[plan.libraries++]);
	RAW_3(SYS_mprotect, hook_table, SLOTS * SLOT_BYTES, PROT_READ);
	if (!plan.changes)
		return plan.result;
	for (uint32_t i = 0; i < plan.parts; i++)
		written += write_part(&plan.part[i]);
	/* Threads that run must not go on with what they have fetched: membarrier(2). */
	if (written && !__libc_single_threaded) {
		RAW_3(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
		RAW_3(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
	}
	plan.result.state = written ? SYSCALLS_ON : SYSCALLS_REFUSED;
	return plan.result;
}
