/*
 * stack.c - who called: the stack of a wrapped call, remembered, verified, interned.
 */
#include "span/stack.h"

#include "abi/clock.h"
#include "abi/counter.h"
#include "abi/raw.h"
#include "region/own_faults.h"
#include "span/intern.h"
#include "span/modules.h"
#include "span/unwinder.h"

#include <gnu/libc-version.h>
#include <link.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/single_threaded.h>
#include <ucontext.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif
#define STACK_SLOTS	      65536
#define TICKS_BETWEEN_MOMENTS (1ul << 20) /* some 300 us */
#define PAGE		      4096ul
#define NEAR		      (4ul << 20) /* further from what is known the stack is taken for another one */

/* The end of the main thread's stack, from ld.so. */
extern void *__libc_stack_end;

bool stacks_verified;

static struct intern stacks;

struct capture {
	uint64_t hash;
	uint32_t generation;
	uint16_t count;
	bool cut;
	const uint64_t *address;
};

static bool same(uint32_t index, const void *wanted)
{
	const struct capture *capture = wanted;
	const struct stack *stack = live_at(&live.region->stacks, index);
	return stack->hash == capture->hash && stack->count == capture->count &&
	       stack->generation == capture->generation &&
	       memcmp((char *)live.region + stack->frames, capture->address,
		      capture->count * sizeof(uint64_t)) == 0;
}

static bool make(const void *wanted, uint32_t *index)
{
	const struct capture *capture = wanted;
	uint64_t offset;
	void *frames = live_take(capture->count * sizeof(uint64_t), &offset);
	struct stack *stack = frames ? live_append(&live.region->stacks, index) : NULL;
	if (!stack)
		return false;
	memcpy(frames, capture->address, capture->count * sizeof(uint64_t));
	stack->hash = capture->hash;
	stack->generation = capture->generation;
	stack->count = capture->count;
	stack->cut = capture->cut;
	__atomic_store_n(&stack->frames, offset, __ATOMIC_RELEASE);
	/* Something new: a good moment to see what was loaded meanwhile. */
	modules_refresh();
	if (clock_ticks() - live.region->last.ticks > TICKS_BETWEEN_MOMENTS)
		live_moment(&(struct moment){0});
	return true;
}

static struct code_range {
	uintptr_t start, end;
} libc_code, loader_code;

static bool is_in(uintptr_t address, const struct code_range *code)
{
	return address >= code->start && address < code->end;
}

/* The segment of a library that an address lies in, where that is the library. */
static void find_code(const ElfW(Ehdr) * head, uintptr_t inside, struct code_range *code)
{
	const ElfW(Phdr) *segment = (const void *)((const char *)head + head->e_phoff);
	for (int i = 0; i < head->e_phnum; i++, segment++) {
		uintptr_t start = (uintptr_t)head + segment->p_vaddr;
		if (segment->p_type == PT_LOAD && inside - start < segment->p_memsz) {
			code->start = start;
			code->end = start + segment->p_memsz;
		}
	}
}

bool stacks_init(void)
{
	/* Not by dl_iterate_phdr(): it may be another's, who has yet to begin (ThreadSanitizer). */
	for (const struct link_map *map = _r_debug.r_map; map; map = map->l_next) {
		if (!map->l_addr) /* a program at fixed addresses has its header elsewhere */
			continue;
		const ElfW(Ehdr) *head = (const void *)map->l_addr;
		find_code(head, (uintptr_t)gnu_get_libc_version, &libc_code);
		find_code(head, (uintptr_t)_r_debug.r_brk, &loader_code);
	}
	return intern_init(&stacks, STACK_SLOTS);
}

void stacks_start(void)
{
	uint32_t index;
	for (int i = 0; i < STACK_FIRST; i++)
		live_append(&live.region->stacks, &index);
}

void stacks_forget(void)
{
	intern_forget(&stacks);
}

struct memo *stack_memo(void)
{
	struct locals *locals = self.locals;
	if (!locals->memo) {
		locals->memo = raw_mmap(NULL, sizeof(struct memo), PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		locals->memo_bytes = sizeof(struct memo);
	}
	return locals->memo;
}

/*
 * The frames from the caller outwards; those below it are ours. Returns their
 * number, or 0 where they aren't known beyond the caller, who is in address[0].
 */
static int capture_frames(uintptr_t caller, uint64_t address[STACK_FRAMES], bool *cut)
{
	void **raw = self.locals->unwound;
	int n = unwinder_capture(raw, STACK_FRAMES + OWN_FRAMES);
	int first = 0;
	while (first < n && first < OWN_FRAMES && (uintptr_t)raw[first] != caller)
		first++;
	if (first >= n || first >= OWN_FRAMES) {
		/* A fork is under way, or the unwinder lost its way inside us. */
		address[0] = caller;
		*cut = true;
		return 0;
	}
	n -= first;
	*cut = n >= STACK_FRAMES;
	if (n > STACK_FRAMES)
		n = STACK_FRAMES;
	/* A zero ends the outermost frame. */
	while (n > 1 && !raw[first + n - 1])
		n--;
	memcpy(address, raw + first, (size_t)n * sizeof(*address));
	return n;
}

uintptr_t stack_end(void)
{
	/* glibc puts a thread's control block at the top of its stack. */
	if (!self.thread)
		return 0;
	bool main_thread = self.thread->tid == live.region->pid;
	return main_thread ? (uintptr_t)__libc_stack_end : (uintptr_t)__builtin_thread_pointer();
}

/* Whether all from `frame` up to the end of this thread's stack may be read. */
static bool stack_is_readable(struct memo *memo, uintptr_t frame)
{
	uintptr_t low = frame & -PAGE;
	if (frame >= memo->low && frame < memo->high)
		return true;
	if (!memo->high) {
		memo->high = stack_end() & -sizeof(uintptr_t);
		memo->low = memo->high & -PAGE;
	}
	/* A coroutine's or a signal's own stack is somewhere else. */
	if (frame >= memo->high || memo->low - low > NEAR)
		return frame >= memo->low && frame < memo->high;
	/* Fails where there is a hole or a guard page in between; Linux 5.14. */
	struct own_faults own;
	own_faults_begin(&own);
	long error = RAW_3(SYS_madvise, low, memo->low - low, MADV_POPULATE_READ);
	own_faults_end(&own);
	if (error < 0)
		return false;
	memo->low = low;
	return true;
}

/*
 * Whether an address is that of the code in libc to which a signal handler
 * returns: rt_sigreturn(). Other addresses are not looked at: in a frame of
 * generated code the unwinder may take anything for a return address.
 */
static bool is_signal_return(uintptr_t address)
{
	static const unsigned char code[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};
	return address >= libc_code.start && address + sizeof(code) <= libc_code.end &&
	       memcmp((const void *)address, code, sizeof(code)) == 0;
}

/* The words from there to the saved instruction and stack pointers: a ucontext follows (x86-64
 * ABI). */
#define WORDS_TO_SAVED_IP (1 + offsetof(ucontext_t, uc_mcontext.gregs[REG_RIP]) / 8)
#define WORDS_TO_SAVED_SP (1 + offsetof(ucontext_t, uc_mcontext.gregs[REG_RSP]) / 8)

/* Where the return addresses stand: in this order from the frame upwards. False where one doesn't.
 */
static bool find_slots(struct memo *memo, struct memo_entry *entry)
{
	const uintptr_t *word = (const uintptr_t *)(entry->frame - 8);
	if (entry->depth > MEMO_DEPTH || !stack_is_readable(memo, entry->frame - 8))
		return false;
	size_t most = (memo->high - (entry->frame - 8)) / sizeof(*word);
	if (most > UINT16_MAX)
		most = UINT16_MAX;
	/* The caller's address stands before them, or for a system call nowhere. */
	for (size_t i = 1, at = 1; i < entry->depth; i++, at++) {
		while (at < most && word[at] != entry->addresses[i])
			at++;
		if (at >= most)
			return false;
		entry->slot[i] = (uint16_t)at;
		if (i + 1 == entry->depth || !is_signal_return(entry->addresses[i]))
			continue;
		/*
		 * What a signal interrupted is known by its saved instruction
		 * pointer. Other saved registers may hold the same address, and
		 * go on holding it: RCX does after every system call.
		 */
		if (at + WORDS_TO_SAVED_IP >= most ||
		    word[at + WORDS_TO_SAVED_IP] != entry->addresses[i + 1])
			return false;
		entry->slot[++i] = (uint16_t)(at + WORDS_TO_SAVED_IP);
		uintptr_t interrupted = word[at + WORDS_TO_SAVED_SP];
		if (interrupted < entry->frame || interrupted >= memo->high)
			return false; /* on another stack */
		at = (interrupted - (entry->frame - 8)) / sizeof(*word) - 1;
	}
	return true;
}

static uint64_t hash_of(const struct capture *capture)
{
	uint64_t hash = INTERN_HASH_START ^ capture->generation;
	for (int i = 0; i < capture->count; i++) {
		hash = (hash ^ capture->address[i]) * 0x9e3779b97f4a7c15;
		hash ^= hash >> 29;
	}
	return hash;
}

static uint32_t intern(const struct capture *capture)
{
	uint32_t stack = intern_find(&stacks, capture->hash, capture, same, make, STACK_OTHER);
	if (stack == STACK_OTHER)
		counter_add_shared(&live.region->stacks_folded, 1);
	return stack;
}

/* Of a thread that was interrupted: the instruction is no return address. */
static struct memo_entry *find_out(struct memo *memo, uintptr_t caller, uintptr_t frame,
				   uint32_t *stack, bool interrupted)
{
	uint64_t *address = self.locals->address;
	struct capture capture = {.address = address};

	capture.generation = __atomic_load_n(&live.region->generation, __ATOMIC_ACQUIRE);
	int found = capture_frames(caller - interrupted, address, &capture.cut);
	address[0] = caller;
	capture.count = (uint16_t)(found ? found : 1);
	capture.hash = hash_of(&capture);
	*stack = intern(&capture);
	if (*stack == STACK_OTHER)
		return NULL;
	if (!found) {
		counter_add_shared(&live.region->stacks_skipped, 1);
		return NULL;
	}

	const struct stack *interned = live_at(&live.region->stacks, *stack);
	unsigned set = MEMO_SET(caller, frame);
	struct memo_entry *entry = &memo->entry[set][memo->next_way[set]++ % MEMO_WAYS];
	entry->caller = 0;
	entry->frame = frame;
	entry->stack = *stack;
	entry->generation = capture.generation;
	entry->depth = interned->count;
	entry->cell = NULL;
	entry->allocations = NULL;
	entry->addresses = (const uint64_t *)((char *)live.region + interned->frames);
	if (!find_slots(memo, entry))
		return NULL;
	entry->caller = caller;
	return entry;
}

struct memo_entry *stack_miss(struct memo *memo, uintptr_t caller, uintptr_t frame, uint32_t *stack)
{
	return find_out(memo, caller, frame, stack, false);
}

/*
 * To unwind may take the loader's lock, and another thread may hold that and
 * wait for one that this thread was interrupted with: of libc's allocator, most
 * likely.
 */
static bool may_unwind(uintptr_t instruction)
{
	if (_r_debug.r_state != RT_CONSISTENT)
		return false;
	return __libc_single_threaded ||
	       (!is_in(instruction, &libc_code) && !is_in(instruction, &loader_code));
}

uint32_t stack_interrupted(uintptr_t instruction, uintptr_t frame)
{
	struct memo *memo = stack_memo();
	uint32_t stack = STACK_NONE;
	if (!memo || stack_recall(memo, instruction + 1, frame, &stack))
		return stack;
	if (may_unwind(instruction))
		find_out(memo, instruction + 1, frame, &stack, true);
	return stack;
}

uint32_t stack_of_place(struct memo *memo, uintptr_t caller)
{
	struct memo_place *place = &memo->place[(caller ^ caller >> 9) & (MEMO_PLACES - 1)];
	uint32_t generation = __atomic_load_n(&live.region->generation, __ATOMIC_ACQUIRE);

	if (place->caller != caller)
		*place = (struct memo_place){.caller = caller};
	if (place->unwound < MEMO_UNWOUND) {
		place->unwound++;
		return STACK_NONE;
	}
	if (!place->stack || place->generation != generation) {
		if (!place->stack)
			counter_add_shared(&live.region->places_cut, 1);
		uint64_t address = caller;
		struct capture capture = {
		    .generation = generation, .count = 1, .cut = true, .address = &address};
		capture.hash = hash_of(&capture);
		place->stack = intern(&capture);
		place->generation = generation;
	}
	return place->stack;
}

void stack_verify(const struct memo_entry *entry)
{
	uint64_t *address = self.locals->address;
	bool cut;
	int n = capture_frames(entry->caller, address, &cut);
	counter_add_shared(&live.region->stacks_checked, 1);
	if ((uint32_t)n != entry->depth || memcmp(address, entry->addresses, (size_t)n * 8) != 0)
		counter_add_shared(&live.region->stacks_wrong, 1);
}
