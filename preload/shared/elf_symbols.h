/*
 * elf_symbols.h - the names of functions at addresses of an ELF file, from its symbol tables.
 *
 * Names go into the trace when it is written: the file may have been rebuilt
 * when the trace is read. Memory comes from mmap, never from the heap, since
 * it runs at the end of a traced process.
 */
#ifndef SHARED_ELF_SYMBOLS_H
#define SHARED_ELF_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_symbols {
	int fd;
	void *memory; /* for some symbols, then for names, each at its place in the string table */
	size_t memory_bytes;
	uint64_t symbols_at, strings_at; /* in the file */
	size_t symbols;
	char *strings;
	size_t string_bytes;
};

/*
 * Finds .symtab, or .dynsym where there is none. Returns false where the file
 * can't be read, isn't a 64-bit ELF file, or has another build id than the one
 * given (of 0 bytes: any); then there is nothing to close.
 */
bool elf_symbols_open(struct elf_symbols *elf, const char *path, const uint8_t *build_id,
		      size_t build_id_bytes);
void elf_symbols_close(struct elf_symbols *elf);

struct elf_name {
	uint64_t address; /* as the file has it */
	const char *name; /* in the memory of elf; NULL where no function covers the address */
	uint64_t offset;  /* from the function's start */
};

/* Fills in names at n addresses, which ascend. */
void elf_symbols_name(const struct elf_symbols *elf, struct elf_name *names, size_t n);

#endif
