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

/* A large program has megabytes of symbols, of which some dozens are wanted. */
#define SYMBOLS_AT_ONCE	   680
#define NAME_BYTES_AT_ONCE 128
#define PARTS		   256

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

/* Keeps what is needed to find names; false where that can't be trusted, or there is no room. */
static bool take_tables(struct elf_symbols *elf, int fd, const Elf64_Shdr *symbols,
			const Elf64_Shdr *strings)
{
	if (symbols->sh_size > MOST_BYTES || strings->sh_size > MOST_BYTES || !strings->sh_size)
		return false;
	size_t bytes = SYMBOLS_AT_ONCE * sizeof(Elf64_Sym) + strings->sh_size + 1;
	char *memory = raw_mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!memory)
		return false;
	*elf = (struct elf_symbols){
	    .fd = fd,
	    .memory = memory,
	    .memory_bytes = bytes,
	    .symbols_at = symbols->sh_offset,
	    .symbols = symbols->sh_size / sizeof(Elf64_Sym),
	    .strings_at = strings->sh_offset,
	    .strings = memory + SYMBOLS_AT_ONCE * sizeof(Elf64_Sym),
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
	return chosen && same_file && take_tables(elf, fd, chosen, &sections[chosen->sh_link]);
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
	if (!opened)
		raw_close((int)fd);
	return opened;
}

void elf_symbols_close(struct elf_symbols *elf)
{
	raw_close(elf->fd);
	raw_munmap(elf->memory, elf->memory_bytes);
}

/* How many of the n names have an address below `end`. */
static size_t count_below(const struct elf_name *names, size_t n, uint64_t end)
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

/*
 * Most symbols have none of the wanted addresses. So the range of these is
 * divided evenly, and of each part it is known how many are below it.
 */
struct parts {
	uint64_t start;
	unsigned shift;
	uint32_t below[PARTS + 1];
};

static void divide(struct parts *parts, const struct elf_name *names, size_t n)
{
	uint64_t range = names[n - 1].address - names[0].address;
	parts->start = names[0].address;
	parts->shift = 0;
	while (range >> parts->shift >= PARTS)
		parts->shift++;
	for (uint64_t i = 0; i <= PARTS; i++)
		parts->below[i] =
		    (uint32_t)count_below(names, n, parts->start + (i << parts->shift));
}

static size_t part_of(const struct parts *parts, uint64_t address)
{
	uint64_t part = (address - parts->start) >> parts->shift;
	return address < parts->start ? 0 : part < PARTS ? part : PARTS;
}

static bool has_any(const struct parts *parts, uint64_t start, uint64_t end)
{
	size_t last = part_of(parts, end);
	return parts->below[part_of(parts, start)] != parts->below[last < PARTS ? last + 1 : last];
}

static bool is_named_function(const struct elf_symbols *elf, const Elf64_Sym *symbol)
{
	unsigned type = ELF64_ST_TYPE(symbol->st_info);
	return (type == STT_FUNC || type == STT_GNU_IFUNC) && symbol->st_shndx != SHN_UNDEF &&
	       symbol->st_size > 0 && symbol->st_name < elf->string_bytes;
}

static void give_name(const struct elf_symbols *elf, const Elf64_Sym *symbol,
		      struct elf_name *names, size_t n)
{
	uint64_t end = symbol->st_value + symbol->st_size;
	for (size_t k = count_below(names, n, symbol->st_value); k < n && names[k].address < end;
	     k++) {
		/* Of two names for one place a global one is better known than a local one. */
		bool global = ELF64_ST_BIND(symbol->st_info) == STB_GLOBAL;
		if (names[k].name && !global)
			continue;
		names[k].name = elf->strings + symbol->st_name;
		names[k].offset = names[k].address - symbol->st_value;
	}
}

/* Reads the name that begins there to its place in memory; false where it doesn't end. */
static bool read_name(const struct elf_symbols *elf, const char *name)
{
	for (uint64_t at = (uint64_t)(name - elf->strings); at < elf->string_bytes;
	     at += NAME_BYTES_AT_ONCE) {
		size_t n = elf->string_bytes - at;
		if (n > NAME_BYTES_AT_ONCE)
			n = NAME_BYTES_AT_ONCE;
		if (!read_at(elf->fd, elf->strings + at, n, elf->strings_at + at))
			return false;
		if (memchr(elf->strings + at, '\0', n))
			return true;
	}
	return false;
}

void elf_symbols_name(const struct elf_symbols *elf, struct elf_name *names, size_t n)
{
	Elf64_Sym *symbol = elf->memory;
	struct parts parts;
	if (n == 0)
		return;
	divide(&parts, names, n);
	for (size_t first = 0; first < elf->symbols; first += SYMBOLS_AT_ONCE) {
		size_t some = elf->symbols - first;
		if (some > SYMBOLS_AT_ONCE)
			some = SYMBOLS_AT_ONCE;
		if (!read_at(elf->fd, symbol, some * sizeof(*symbol),
			     elf->symbols_at + first * sizeof(*symbol)))
			break;
		for (size_t i = 0; i < some; i++)
			if (has_any(&parts, symbol[i].st_value,
				    symbol[i].st_value + symbol[i].st_size) &&
			    is_named_function(elf, &symbol[i]))
				give_name(elf, &symbol[i], names, n);
	}
	for (size_t k = 0; k < n; k++)
		if (names[k].name && !(k > 0 && names[k].name == names[k - 1].name) &&
		    !read_name(elf, names[k].name))
			names[k].name = NULL;
}
