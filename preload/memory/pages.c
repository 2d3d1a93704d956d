/*
 * pages.c - a set of pages by their addresses: a bit for each, in the 2 MiB that have any.
 */
#include "memory/pages.h"

#include "abi/raw.h"

#define PAGE_SHIFT  12
#define PAGE_BYTES  (1ul << PAGE_SHIFT)
#define BLOCK_SHIFT 21
#define BLOCK_BYTES (1ul << BLOCK_SHIFT)

static void *private_memory(size_t bytes)
{
	return raw_mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

/* A power of two. */
static uint32_t slots_of(const struct pages *pages)
{
	return pages->room * 2;
}

static bool take_memory(struct pages *pages, uint32_t room)
{
	pages->room = room;
	pages->index = private_memory(slots_of(pages) * sizeof(*pages->index));
	pages->block = private_memory(room * sizeof(*pages->block));
	return pages->index && pages->block;
}

static void give_memory(struct pages *pages)
{
	if (pages->index)
		raw_munmap(pages->index, slots_of(pages) * sizeof(*pages->index));
	if (pages->block)
		raw_munmap(pages->block, pages->room * sizeof(*pages->block));
}

bool pages_init(struct pages *pages)
{
	return take_memory(pages, PAGE_BLOCKS_LEAST);
}

/* The place of a block in the index. Neighbours stand side by side, so few pages of it are used. */
static uint32_t *find_place(const struct pages *pages, uint64_t number)
{
	for (uint64_t slot = number;; slot++) {
		uint32_t *place = &pages->index[slot & (slots_of(pages) - 1)];
		if (!*place || pages->block[*place - 1].number == number)
			return place;
	}
}

static uint64_t number_of(uintptr_t address)
{
	return (address >> BLOCK_SHIFT) + 1;
}

/* False where there is no memory for more: then it stays as it is. */
static bool grow(struct pages *pages)
{
	struct pages larger = {.blocks = pages->blocks};
	if (pages->room == PAGE_BLOCKS_MOST)
		return false;
	if (!take_memory(&larger, pages->room * 2)) {
		give_memory(&larger);
		return false;
	}
	memcpy(larger.block, pages->block, pages->blocks * sizeof(*pages->block));
	for (uint32_t i = 0; i < larger.blocks; i++)
		*find_place(&larger, larger.block[i].number) = i + 1;
	give_memory(pages);
	*pages = larger;
	return true;
}

static struct page_block *find_block(const struct pages *pages, uintptr_t address)
{
	const uint32_t *place = find_place(pages, number_of(address));
	return *place ? &pages->block[*place - 1] : NULL;
}

static struct page_block *make_block(struct pages *pages, uintptr_t address)
{
	struct page_block *block = find_block(pages, address);
	if (block)
		return block;
	if (pages->blocks == pages->room && !grow(pages))
		return NULL;
	pages->block[pages->blocks].number = number_of(address);
	*find_place(pages, number_of(address)) = ++pages->blocks;
	return &pages->block[pages->blocks - 1];
}

static unsigned bit_of(uintptr_t address)
{
	return (address & (BLOCK_BYTES - 1)) >> PAGE_SHIFT;
}

bool pages_add(struct pages *pages, uintptr_t address)
{
	struct page_block *block = make_block(pages, address);
	if (!block)
		return false;
	uint64_t *word = &block->bits[bit_of(address) / 64], bit = 1ull << bit_of(address) % 64;
	bool had = *word & bit;
	*word |= bit;
	return had;
}

void pages_add_range(struct pages *pages, uintptr_t start, uintptr_t end)
{
	for (uintptr_t at = start; at < end; at += PAGE_BYTES)
		pages_add(pages, at);
}

bool pages_have(const struct pages *pages, uintptr_t address)
{
	const struct page_block *block = find_block(pages, address);
	return block && block->bits[bit_of(address) / 64] >> bit_of(address) % 64 & 1;
}

/* Of one block, the pages in [start, end), which are in it. */
static void remove_in_block(struct page_block *block, uintptr_t start, uintptr_t end)
{
	unsigned last = bit_of(end - 1);
	for (unsigned i = bit_of(start); i <= last;) {
		if (i % 64 == 0 && i + 63 <= last) {
			block->bits[i / 64] = 0;
			i += 64;
		} else {
			block->bits[i / 64] &= ~(1ull << i % 64);
			i++;
		}
	}
}

static void remove_from(struct page_block *block, uintptr_t start, uintptr_t end)
{
	uintptr_t base = (block->number - 1) << BLOCK_SHIFT;
	uintptr_t from = start > base ? start : base;
	uintptr_t to = end < base + BLOCK_BYTES ? end : base + BLOCK_BYTES;
	if (from < to)
		remove_in_block(block, from, to);
}

void pages_remove(struct pages *pages, uintptr_t start, uintptr_t end)
{
	/* Whichever are fewer: a range may be all of the address space. */
	if ((end - start) >> BLOCK_SHIFT > pages->blocks) {
		for (uint32_t i = 0; i < pages->blocks; i++)
			remove_from(&pages->block[i], start, end);
		return;
	}
	for (uintptr_t at = start & -BLOCK_BYTES; at < end; at += BLOCK_BYTES) {
		struct page_block *block = find_block(pages, at);
		if (block)
			remove_from(block, start, end);
	}
}

void pages_clear(struct pages *pages)
{
	raw_zero_pages(pages->index, slots_of(pages) * sizeof(*pages->index));
	raw_zero_pages(pages->block, pages->room * sizeof(*pages->block));
	pages->blocks = 0;
}

void pages_move(struct pages *pages, uintptr_t from, uintptr_t to, size_t bytes)
{
	uintptr_t next;
	for (uintptr_t at = from; at < from + bytes; at = next) {
		const struct page_block *block = find_block(pages, at);
		next = block ? at + PAGE_BYTES : (at | (BLOCK_BYTES - 1)) + 1;
		if (block && block->bits[bit_of(at) / 64] >> bit_of(at) % 64 & 1)
			pages_add(pages, to + (at - from));
	}
	pages_remove(pages, from, from + bytes);
}
