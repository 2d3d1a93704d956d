/*
 * sites.c - prints what the tracer makes of each 0f 05 in a library's text: sites LIBRARY...
 *
 * One line each: address, "recognised" or "-" by its bytes alone, what the survey says of it
 * ("found", "left" or "-"), its number (-1 where unknown), its form, the bytes that give way, and
 * whether there is padding for the long jump where those are too few.
 */
#include "sites/survey.h"
#include "syscall/frame.h"
#include "syscall/numbers.h"

#include <elf.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SEGMENTS_MOST 64

static uintptr_t taken[SLOTS];
static unsigned taken_count;

static bool is_free(uintptr_t at)
{
	for (unsigned i = 0; i < taken_count; i++)
		if (taken[i] < at + JUMP_BYTES && at < taken[i] + JUMP_BYTES)
			return false;
	return true;
}

static bool has_room(const struct code *code, struct site *site)
{
	if (site->bytes >= JUMP_BYTES)
		return true;
	uintptr_t via = survey_padding_behind(code, site);
	if (!via || !is_free(via))
		via = survey_padding(code, code->start + site->at + SHORT_JUMP_BYTES, is_free);
	if (!via)
		return site_move_behind((const unsigned char *)code->start, code->bytes, site);
	if (via && taken_count < SLOTS)
		taken[taken_count++] = via;
	return via != 0;
}

static void print_segment(const unsigned char *base, const Elf64_Phdr *segment,
			  const struct functions *functions)
{
	static const char *const word[] = {
	    [NO_SITE] = "-", [STRANGE] = "left", [RECOGNISED] = "found"};
	const unsigned char *text = base + segment->p_vaddr;
	struct code code = {(uintptr_t)text, segment->p_filesz, 0, functions};
	for (size_t at = 0; (at = site_search(text, code.bytes, at)) < code.bytes; at += 2) {
		struct site site;
		int number;
		bool recognised = site_recognise(text, code.bytes, at, &site);
		enum finding finding = survey_site(&code, at, number_is_wanted, &site, &number);
		bool room = finding == RECOGNISED && has_room(&code, &site);
		printf("%zx %s %s %d %d %zu %s\n", segment->p_vaddr + at,
		       recognised ? "recognised" : "-", word[finding], number,
		       recognised ? site.form : -1, recognised ? site.bytes : 0,
		       room ? "room" : "-");
	}
}

static void print_library(const char *path)
{
	Elf64_Ehdr head;
	Elf64_Phdr segment[SEGMENTS_MOST];
	struct functions functions = {0};
	size_t span = 0;
	int fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, &head, sizeof(head)) != sizeof(head))
		err(1, "%s", path);
	size_t bytes = head.e_phnum * sizeof(*segment);
	if (head.e_machine != EM_X86_64 || bytes > sizeof(segment) ||
	    pread(fd, segment, bytes, (off_t)head.e_phoff) != (ssize_t)bytes)
		errx(1, "%s: not a library for x86-64", path);
	for (int i = 0; i < head.e_phnum; i++)
		if (segment[i].p_type == PT_LOAD)
			span = segment[i].p_vaddr + segment[i].p_memsz;
	unsigned char *base =
	    mmap(NULL, span, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (base == MAP_FAILED)
		err(1, "%s", path);
	for (int i = 0; i < head.e_phnum; i++)
		if (segment[i].p_type == PT_LOAD &&
		    pread(fd, base + segment[i].p_vaddr, segment[i].p_filesz,
			  (off_t)segment[i].p_offset) != (ssize_t)segment[i].p_filesz)
			err(1, "%s: shorter than its headers say", path);
	for (int i = 0; i < head.e_phnum; i++)
		if (segment[i].p_type == PT_GNU_EH_FRAME)
			functions_find(&functions, base + segment[i].p_vaddr);
	for (int i = 0; i < head.e_phnum; i++)
		if (segment[i].p_type == PT_LOAD && segment[i].p_flags & PF_X)
			print_segment(base, &segment[i], &functions);
	munmap(base, span);
	close(fd);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		print_library(argv[i]);
	return 0;
}
