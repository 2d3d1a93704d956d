/*
 * reasons.c - what page faults were for: from where they were taken to what the kernel did.
 *
 * The kernel tells where a fault was, and not why. That follows from what lies
 * there (mappings.h), and from what page is there now (pagemap.h): so it is
 * looked at soon, and before anything is unmapped.
 */
#include "memory/reasons.h"

#include "abi/own_memory.h"
#include "memory/fault_cells.h"
#include "memory/faults_state.h"
#include "memory/forks.h"
#include "memory/huge.h"
#include "memory/mapping_rows.h"
#include "memory/mappings.h"
#include "memory/pagemap.h"
#include "memory/pages.h"
#include "region/thread.h"

#define BATCH	   256
#define NEAR_BYTES (64 * PAGE_BYTES) /* what one reading of pagemap takes in between */

void (*reasons_filled)(uintptr_t address, uint64_t bytes);

/*
 * Pages that are known to have been filled or copied for this process, where it
 * is seen when they go: not if libc was left as it was.
 */
static struct pages known;

static bool is_seen_whole(void)
{
	return live.region->syscall_layer == SYSCALLS_ON ||
	       live.region->exhaustive == EXHAUSTIVE_ON;
}

static bool is_known(uintptr_t address)
{
	return is_seen_whole() && pages_have(&known, address);
}

/* Under the lock of mappings.h. */
static struct pagemap pagemap;
static uint16_t order[BATCH];

bool reasons_init(void)
{
	return pages_init(&known);
}

void reasons_forget(uintptr_t start, uintptr_t end)
{
	pages_remove(&known, start, end);
}

void reasons_move(uintptr_t from, uintptr_t to, size_t bytes)
{
	pages_move(&known, from, to, bytes);
}

/* What was done for a fault, and how much of it. */
struct finding {
	enum reason reason;
	uint64_t zero_filled_bytes, cow_bytes;
};

static struct finding only(enum reason reason)
{
	return (struct finding){.reason = reason};
}

/* The page was the process's before, whatever the fault was for. */
static struct finding found_again(const struct fault *fault)
{
	return only(fault->major ? REASON_SWAP_IN : REASON_OWN_PAGE);
}

static void tell_filled(uintptr_t address, uint64_t bytes)
{
	if (reasons_filled)
		reasons_filled(address, bytes);
}

static struct finding fill(const struct fault *fault, const struct area *area)
{
	uintptr_t block = fault->address & -HUGE_BYTES;
	if (huge_is_at(&pagemap, area, fault->address)) {
		pages_add_range(&known, block, block + HUGE_BYTES);
		tell_filled(block, HUGE_BYTES);
		return (struct finding){REASON_HUGE_PAGE, .zero_filled_bytes = HUGE_BYTES};
	}
	pages_add(&known, fault->address);
	tell_filled(fault->address & -PAGE_BYTES, PAGE_BYTES);
	return (struct finding){REASON_ZERO_FILL, .zero_filled_bytes = PAGE_BYTES};
}

/*
 * Memory without a file. A page that isn't exclusive is the page of zeros that
 * all share, mapped by a read; another fault comes with the first write.
 */
static struct finding look_at_anonymous(const struct fault *fault, const struct area *area,
					uint64_t entry, bool is_last)
{
	if (is_known(fault->address))
		return found_again(fault);
	if (!is_last)
		return only(REASON_ZERO_PAGE);
	if (entry & PAGEMAP_SWAPPED || entry & PAGEMAP_EXCLUSIVE)
		return fill(fault, area);
	return only(REASON_ZERO_PAGE);
}

static struct finding look_at_private_file(const struct fault *fault, uint64_t entry, bool is_last)
{
	if (is_known(fault->address))
		return found_again(fault);
	if (!is_last || entry & PAGEMAP_FILE)
		return only(REASON_FILE_MAP);
	pages_add(&known, fault->address);
	return (struct finding){REASON_FILE_COW, .cow_bytes = PAGE_BYTES};
}

/*
 * Who has a page of shared memory alone is taken for who filled it, where it was
 * empty when it was mapped and no fork has passed it on. Else it isn't known who
 * did: no bytes are claimed. What nothing here tells: a write to the file since, or
 * another process that found the file, filled it and is gone.
 */
static struct finding look_at_shared(const struct fault *fault, const struct area *area,
				     uint64_t entry, bool is_last)
{
	if (area->kind == MAPPING_FILE)
		return only(REASON_FILE_MAP);
	if (pages_add(&known, fault->address) || !is_last)
		return only(REASON_SHARED_MEMORY);
	if (!(area->flags & AREA_FRESH) || !(entry & PAGEMAP_EXCLUSIVE)) {
		mapping_at(area->row)->unclaimed_pages++;
		return only(REASON_SHARED_MEMORY);
	}
	return (struct finding){REASON_SHARED_MEMORY, .zero_filled_bytes = PAGE_BYTES};
}

static struct finding look(const struct fault *fault, const struct area *area, bool is_last,
			   uintptr_t ahead)
{
	uint64_t entry = pagemap_entry(&pagemap, fault->address, ahead);
	if (area->kind == MAPPING_SPECIAL)
		return only(REASON_FILE_MAP);
	if (!(entry & (PAGEMAP_PRESENT | PAGEMAP_SWAPPED)))
		return only(REASON_UNKNOWN);
	if (area->flags & AREA_SHARED)
		return look_at_shared(fault, area, entry, is_last);
	if (mapping_kind_table[area->kind].is_file)
		return look_at_private_file(fault, entry, is_last);
	return look_at_anonymous(fault, area, entry, is_last);
}

static bool is_ours(const struct fault *fault, const struct area *area)
{
	return (area && area->kind == MAPPING_TRACER) ||
	       (!fault->in_kernel && own_memory_has_code(fault->instruction));
}

static void add(struct fault_sums *all, const struct fault_sums *one)
{
	all->minor += one->minor;
	all->major += one->major;
	all->zero_filled_bytes += one->zero_filled_bytes;
	all->cow_bytes += one->cow_bytes;
	all->reused_pages += one->reused_pages;
}

static void account(const struct fault *fault, bool is_last, uintptr_t ahead,
		    struct fault_sums *all)
{
	struct fault_sums one = {.minor = !fault->major, .major = fault->major};
	const struct area *area = mappings_find(fault->address);
	if (is_ours(fault, area)) {
		fault_cells_add_own(&one);
		return;
	}
	uint32_t mapping = area && area->row != ROW_NONE ? area->row + 1 : 0;
	struct finding finding = only(REASON_UNKNOWN);
	if (area && !(area->flags & AREA_SHARED) && forks_written(fault, mapping, &one)) {
		pages_add(&known, fault->address);
		finding = only(REASON_FORK_COW);
	} else if (area) {
		finding = look(fault, area, is_last, ahead);
	}
	struct fault_key key = {(uint16_t)finding.reason, fault->call, mapping, fault->stack};
	one.zero_filled_bytes += finding.zero_filled_bytes;
	one.cow_bytes += finding.cow_bytes;
	fault_cells_add(&key, &one);
	add(all, &one);
}

static bool comes_before(const struct fault *a, const struct fault *b)
{
	uint64_t page = a->address / PAGE_BYTES, other = b->address / PAGE_BYTES;
	return page != other ? page < other : a->time_ns < b->time_ns;
}

/* Shell's sort: most batches are nearly in order, and none is large. */
static void sort(const struct fault *faults, unsigned count)
{
	static const unsigned gaps[] = {57, 23, 10, 4, 1};
	for (unsigned i = 0; i < count; i++)
		order[i] = (uint16_t)i;
	for (unsigned g = 0; g < sizeof(gaps) / sizeof(*gaps); g++) {
		unsigned gap = gaps[g];
		for (unsigned i = gap; i < count; i++) {
			uint16_t moving = order[i];
			unsigned to = i;
			for (; to >= gap && comes_before(&faults[moving], &faults[order[to - gap]]);
			     to -= gap)
				order[to] = order[to - gap];
			order[to] = moving;
		}
	}
}

/* The highest address of those in order from the i-th on that lie close to one another. */
static uintptr_t run_end(const struct fault *faults, unsigned i, unsigned count)
{
	while (i + 1 < count &&
	       faults[order[i + 1]].address - faults[order[i]].address <= NEAR_BYTES)
		i++;
	return faults[order[i]].address;
}

static void account_batch(const struct fault *faults, unsigned count, struct fault_sums *all)
{
	uintptr_t end = 0;
	sort(faults, count);
	mappings_may_read();
	if (!is_seen_whole())
		mappings_mark_old();
	if (mappings_missed())
		pages_clear(&known);
	if (!pagemap_open(&pagemap))
		faults_cause(CAUSE_NO_PAGES);
	for (unsigned i = 0; i < count; i++) {
		const struct fault *fault = &faults[order[i]];
		bool is_last = i + 1 == count || faults[order[i + 1]].address / PAGE_BYTES !=
						     fault->address / PAGE_BYTES;
		if (i == 0 || fault->address > end)
			end = run_end(faults, i, count);
		account(fault, is_last, end, all);
	}
	pagemap_close(&pagemap);
}

static void account_unseen(const struct fault *faults, unsigned count, struct fault_sums *all)
{
	for (unsigned i = 0; i < count; i++) {
		struct fault_key key = {REASON_UNKNOWN, faults[i].call, 0, faults[i].stack};
		struct fault_sums one = {.minor = !faults[i].major, .major = faults[i].major};
		fault_cells_add(&key, &one);
		add(all, &one);
	}
}

struct fault_sums reasons_account(const struct fault *faults, unsigned count)
{
	struct fault_sums all = {0};
	for (unsigned n; count > 0; faults += n, count -= n) {
		n = count < BATCH ? count : BATCH;
		if (!mappings_lock()) {
			account_unseen(faults, n, &all);
			continue;
		}
		account_batch(faults, n, &all);
		mappings_unlock();
	}
	return all;
}

/* Faults that nobody sampled, of a call that brought pages in: what is new there, they were for. */
uint64_t reasons_account_range(uintptr_t start, uintptr_t end, uint64_t minor, uint64_t major)
{
	const struct area *area = mappings_find(start);
	uint64_t filled = 0, copied = 0, pages = 0;
	if (!area || area->kind == MAPPING_TRACER || !pagemap_open(&pagemap))
		return 0;
	bool is_file = mapping_kind_table[area->kind].is_file;
	bool is_claimed = !(area->flags & AREA_SHARED) || area->flags & AREA_FRESH;
	for (uintptr_t at = start; at < end; at += PAGE_BYTES) {
		uint64_t entry = pagemap_entry(&pagemap, at, end - 1);
		bool is_private = entry & PAGEMAP_EXCLUSIVE && !(entry & PAGEMAP_FILE);
		if (!(entry & PAGEMAP_PRESENT))
			continue;
		if (is_file && !(area->flags & AREA_SHARED)) {
			pages++;
			copied += is_private && !pages_add(&known, at);
		} else if (entry & PAGEMAP_EXCLUSIVE && area->kind != MAPPING_FILE) {
			bool is_new = !pages_add(&known, at);
			pages += is_new;
			filled += is_new && is_claimed;
		} else {
			pages++;
		}
	}
	pagemap_close(&pagemap);
	enum reason reason = area->kind == MAPPING_FILE && !copied ? REASON_FILE_MAP
			     : copied				   ? REASON_FILE_COW
			     : area->flags & AREA_SHARED	   ? REASON_SHARED_MEMORY
			     : filled > minor + major		   ? REASON_HUGE_PAGE
								   : REASON_ZERO_FILL;
	struct cell *open = self.open;
	struct fault_key key = {(uint16_t)reason, open ? open->call : CALL_none,
				area->row != ROW_NONE ? area->row + 1 : 0,
				open ? open->stack : STACK_NONE};
	struct fault_sums sums = {.minor = minor,
				  .major = major,
				  .zero_filled_bytes = filled * PAGE_BYTES,
				  .cow_bytes = copied * PAGE_BYTES};
	if (minor || major) {
		fault_cells_add(&key, &sums);
		fault_cells_add_to_call(open, &sums);
	}
	return pages;
}
