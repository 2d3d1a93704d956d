/*
 * elf_symbols.c - the names of functions at addresses of an ELF file, from its symbol tables.
 */
#include "shared/elf_symbols.h"

#include "abi/raw.h"

#include <elf.h>
#include <string.h>
#include <sys/mman.h>

/* Files are read, never mapped: one that shrinks under a mapping would end the program with SIGBUS.
 */
#define MOST_BYTES    (256ul << 20)
#define MOST_SECTIONS 512

static bool read_at(int fd, void *buffer, size_t n, uint64_t at)
{
	for (size_t have = 0; have < n;) {
		long got = RAW_4(SYS_pread64, fd, (char *)buffer + have, n - have, at + have);
		if (got == -EINTR)
			continue;
		if (got <= 0)
			return false;
		have += (size_t)got;
	}
	return true;
}

static bool build_id_is(int fd, const Elf64_Shdr *section, const uint8_t *build_id, size_t n)
{
	char note[64];
	const Elf64_Nhdr *head = (const Elf64_Nhdr *)note;
	if (section->sh_size > sizeof(note) || section->sh_size < sizeof(*head) + 4 + n)
		return false;
	return read_at(fd, note, section->sh_size, section->sh_offset) &&
	       head->n_type == NT_GNU_BUILD_ID && head->n_namesz == 4 && head->n_descsz == n &&
	       memcmp(note + sizeof(*head) + 4, build_id, n) == 0;
}

static bool load(struct elf_symbols *elf, int fd, const Elf64_Shdr *symbols,
		 const Elf64_Shdr *strings)
{
	if (symbols->sh_size > MOST_BYTES || strings->sh_size > MOST_BYTES || !strings->sh_size)
		return false;
	size_t bytes = symbols->sh_size + strings->sh_size;
	char *memory =
	    raw_mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!memory)
		return false;
	char *text = memory + symbols->sh_size;
	if (!read_at(fd, memory, symbols->sh_size, symbols->sh_offset) ||
	    !read_at(fd, text, strings->sh_size, strings->sh_offset) ||
	    text[strings->sh_size - 1] != '\0') {
		raw_munmap(memory, bytes);
		return false;
	}
	*elf = (struct elf_symbols){
	    .memory = memory,
	    .memory_bytes = bytes,
	    .symbols = symbols->sh_size / sizeof(Elf64_Sym),
	    .strings = text,
	    .string_bytes = strings->sh_size,
	};
	return true;
}

static bool open_sections(struct elf_symbols *elf, int fd, const Elf64_Shdr *sections, size_t n,
			  const uint8_t *build_id, size_t build_id_bytes)
{
	const Elf64_Shdr *chosen = NULL;
	bool same_file = build_id_bytes == 0;
	for (size_t i = 0; i < n; i++) {
		const Elf64_Shdr *section = &sections[i];
		bool symbols = section->sh_type == SHT_SYMTAB || section->sh_type == SHT_DYNSYM;
		if (symbols && section->sh_entsize == sizeof(Elf64_Sym) && section->sh_link < n &&
		    (!chosen || section->sh_type == SHT_SYMTAB))
			chosen = section;
		if (section->sh_type == SHT_NOTE && !same_file)
			same_file = build_id_is(fd, section, build_id, build_id_bytes);
	}
	return chosen && same_file && load(elf, fd, chosen, &sections[chosen->sh_link]);
}

bool elf_symbols_open(struct elf_symbols *elf, const char *path, const uint8_t *build_id,
		      size_t build_id_bytes)
{
	/* O_NONBLOCK: the path may name a FIFO by now. */
	long fd = raw_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
	if (fd < 0)
		return false;
	bool opened = false;
	Elf64_Ehdr head;
	if (read_at((int)fd, &head, sizeof(head), 0) &&
	    memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 && head.e_ident[EI_CLASS] == ELFCLASS64 &&
	    head.e_shentsize == sizeof(Elf64_Shdr) && head.e_shnum > 0 &&
	    head.e_shnum <= MOST_SECTIONS) {
		size_t bytes = head.e_shnum * sizeof(Elf64_Shdr);
		Elf64_Shdr *sections = raw_mmap(NULL, bytes, PROT_READ | PROT_WRITE,
						MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (sections) {
			opened = read_at((int)fd, sections, bytes, head.e_shoff) &&
				 open_sections(elf, (int)fd, sections, head.e_shnum, build_id,
					       build_id_bytes);
			raw_munmap(sections, bytes);
		}
	}
	raw_close((int)fd);
	return opened;
}

void elf_symbols_close(struct elf_symbols *elf)
{
	raw_munmap(elf->memory, elf->memory_bytes);
}

/* The last of the n names whose address is below `end`, plus one. */
static size_t first_not_below(const struct elf_name *names, size_t n, uint64_t end)
{
	size_t low = 0;
	while (low < n) {
		size_t middle = low + (n - low) / 2;
		if (names[middle].address < end)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

void elf_symbols_name(const struct elf_symbols *elf, struct elf_name *names, size_t n)
{
	const Elf64_Sym *symbol = elf->memory;
	for (size_t i = 0; i < elf->symbols; i++, symbol++) {
		unsigned type = ELF64_ST_TYPE(symbol->st_info);
		if ((type != STT_FUNC && type != STT_GNU_IFUNC) || symbol->st_shndx == SHN_UNDEF ||
		    symbol->st_size == 0 || symbol->st_name >= elf->string_bytes)
			continue;
		uint64_t end = symbol->st_value + symbol->st_size;
		for (size_t k = first_not_below(names, n, symbol->st_value);
		     k < n && names[k].address < end; k++) {
			/* Of two names for one place a global one is better known than a local one.
			 */
			bool global = ELF64_ST_BIND(symbol->st_info) == STB_GLOBAL;
			if (names[k].name && !global)
				continue;
			names[k].name = elf->strings + symbol->st_name;
			names[k].offset = names[k].address - symbol->st_value;
		}
	}
}
