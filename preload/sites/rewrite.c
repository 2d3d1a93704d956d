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
#include "sites/functions.h"
#include "sites/recognise.h"
#include "syscall/hook.h"

#include <link.h>
#include <linux/membarrier.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/single_threaded.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22 /* Linux 5.14; where it is refused, each page costs a fault */
#endif

#define CACHE_LINE     64
#define SHORT_REACH    127
#define HINT_REACH     64
#define LIBRARIES_MOST 8

/*
 * Those that make system calls for others: up to glibc 2.33 threads and message
 * queues had libraries of their own, and what fills rings is made for nothing else.
 */
static const char *const rewritten_libraries[] = {
    "libc.so.6",  "ld-linux-x86-64.so.2", "libpthread.so.0",
    "librt.so.1", "libaio.so.1",	  "liburing.so.2",
};

struct change {
	uintptr_t at;  /* the instruction that gives way */
	uintptr_t via; /* the padding by which the jump goes, or 0 */
	uint8_t bytes; /* the length of the instruction */
};

struct code {
	uintptr_t start;
	size_t bytes;
	int protection;
	uint32_t first, last; /* changes [first, last) are in it */
	uint32_t counted;     /* of them, those that move bytes */
};

static struct plan {
	struct code code[LIBRARIES_MOST];
	uint32_t codes, changes;
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

/* Room for a long jump between two functions, near enough for a short one to reach it; or 0. */
static uintptr_t find_padding(const struct functions *functions, const struct code *code,
			      uintptr_t jump_end)
{
	uint32_t here = functions_at(functions, jump_end);
	uint32_t first = here > 8 ? here - 8 : 0;
	for (uint32_t i = first; i < here + 8 && i + 1 < functions->count; i++) {
		uintptr_t start, end, next, unused;
		if (!functions_extent(functions, i, &start, &end) ||
		    !functions_extent(functions, i + 1, &next, &unused))
			continue;
		if (end < code->start || next > code->start + code->bytes ||
		    next < end + JUMP_BYTES || next - end >= 2 * SLOT_BYTES)
			continue;
		intptr_t distance = (intptr_t)(end - jump_end);
		if (distance < -SHORT_REACH || distance > SHORT_REACH || is_taken(end) ||
		    !is_one_store(end, JUMP_BYTES))
			continue;
		if (site_is_padding((const unsigned char *)code->start, end - code->start,
				    next - code->start))
			return end;
	}
	return 0;
}

/*
 * System calls that can't be made from a frame of ours: their stack or their
 * return is another's. None of them moves bytes.
 */
static bool needs_own_stack(int number)
{
	switch (number) {
	case SYS_rt_sigreturn:
	case SYS_clone:
	case SYS_clone3:
	case SYS_fork:
	case SYS_vfork:
		return true;
	default:
		return false;
	}
}

static bool is_wanted(int number)
{
	return plan.all ? !needs_own_stack(number) : hook_wants(number);
}

static void plan_site(const struct functions *functions, struct code *code, size_t at)
{
	const unsigned char *bytes = (const unsigned char *)code->start;
	struct site site;
	uintptr_t start, end;
	size_t from = at > HINT_REACH ? at - HINT_REACH : 0;
	uint32_t function = functions_at(functions, code->start + at);

	/* What isn't in a function that the unwinder knows, isn't code of a compiler. */
	if (function == functions->count || !functions_extent(functions, function, &start, &end) ||
	    code->start + at >= end)
		return;
	if (start > code->start + from)
		from = start - code->start;
	bool known = site_recognise(bytes, code->bytes, at, &site) && site.at >= from;
	int number = known && site.number != NUMBER_UNKNOWN ? site.number
							    : site_number_hint(bytes, from, at);
	if (number != NUMBER_UNKNOWN ? !is_wanted(number) : !known)
		return;
	bool counts = number == NUMBER_UNKNOWN || hook_moves(number);
	plan.result.found += counts;
	if (!known || plan.changes == SLOTS)
		return;
	struct change *change = &plan.change[plan.changes];
	*change = (struct change){.at = code->start + site.at, .bytes = (uint8_t)site.bytes};
	if (!is_one_store(change->at, site.bytes < JUMP_BYTES ? SHORT_JUMP_BYTES : JUMP_BYTES))
		return;
	if (site.bytes < JUMP_BYTES) {
		change->via = find_padding(functions, code, change->at + SHORT_JUMP_BYTES);
		if (!change->via)
			return;
	}
	if (!reaches(change->at, slot_of(plan.changes))) {
		plan.result.state = SYSCALLS_FAR;
		return;
	}
	hook_table[plan.changes] = (struct slot){.resume = code->start + site.end,
						 .immediate = site.immediate,
						 .form = site.form,
						 .reg = site.reg};
	plan.changes++;
	code->counted += counts;
	plan.result.exits |= number == SYS_exit_group;
}

static void plan_code(const struct functions *functions, struct code *code)
{
	const unsigned char *bytes = (const unsigned char *)code->start;
	code->first = plan.changes;
	for (size_t at = site_search(bytes, code->bytes, 0); at < code->bytes;
	     at = site_search(bytes, code->bytes, at + 2))
		plan_site(functions, code, at);
	code->last = plan.changes;
}

static int protection_of(uint32_t flags)
{
	return (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) |
	       (flags & PF_X ? PROT_EXEC : 0);
}

/* The loader maps a library's header with its first segment. */
static void plan_library(uintptr_t base)
{
	const ElfW(Ehdr) *head = (const void *)base;
	const ElfW(Phdr) *segment = (const void *)(base + head->e_phoff);
	struct functions functions = {0};
	for (int i = 0; i < head->e_phnum; i++)
		if (segment[i].p_type == PT_GNU_EH_FRAME &&
		    !functions_find(&functions, (const void *)(base + segment[i].p_vaddr)))
			return;
	for (int i = 0; functions.count && i < head->e_phnum && plan.codes < LIBRARIES_MOST; i++) {
		if (segment[i].p_type != PT_LOAD || !(segment[i].p_flags & PF_X))
			continue;
		RAW_3(SYS_madvise, (base + segment[i].p_vaddr) & -4096ul, segment[i].p_filesz,
		      MADV_POPULATE_READ);
		plan.code[plan.codes] =
		    (struct code){.start = base + segment[i].p_vaddr,
				  .bytes = segment[i].p_filesz,
				  .protection = protection_of(segment[i].p_flags)};
		plan_code(&functions, &plan.code[plan.codes++]);
	}
}

static bool is_rewritten(const char *path)
{
	const char *name = strrchr(path, '/');
	name = name ? name + 1 : path;
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
 * away "executable" first would be allowed, and could not be undone.
 */
static bool write_code(const struct code *code)
{
	uintptr_t start = code->start & -4096ul;
	size_t bytes = code->start + code->bytes - start;
	if (code->first == code->last)
		return false;
	if (RAW_3(SYS_mprotect, start, bytes, PROT_READ | PROT_WRITE | PROT_EXEC) < 0)
		return false;
	for (uint32_t i = code->first; i < code->last; i++)
		write_change(i);
	RAW_3(SYS_mprotect, start, bytes, code->protection);
	plan.result.rewritten += code->counted;
	return true;
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
		if (is_rewritten(map->l_name))
			plan_library(map->l_addr);
	RAW_3(SYS_mprotect, hook_table, SLOTS * SLOT_BYTES, PROT_READ);
	if (!plan.changes)
		return plan.result;
	for (uint32_t i = 0; i < plan.codes; i++)
		written += write_code(&plan.code[i]);
	/* Threads that run must not go on with what they have fetched: membarrier(2). */
	if (written && !__libc_single_threaded) {
		RAW_3(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
		RAW_3(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0);
	}
	plan.result.state = written ? SYSCALLS_ON : SYSCALLS_REFUSED;
	return plan.result;
}
