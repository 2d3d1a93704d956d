/*
 * sites.c - prints what the tracer makes of each 0f 05 in a library's text: sites LIBRARY...
 *
 * One line each: address, "recognised" or "-" by its bytes alone, what the survey says of it
 * ("found", "left" or "-"), its number (-1 where unknown), its form, the bytes that give way, and
 * whether there is padding for the long jump where those are too few.
 */
#include "sites/known/image.h"
#include "sites/survey.h"
#include "syscall/frame.h"
#include "syscall/numbers.h"

#include <stdio.h>

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
	struct functions functions = {0};
	struct image image;

	image_open(&image, path);
	for (int i = 0; i < image.segments; i++)
		if (image.segment[i].p_type == PT_GNU_EH_FRAME)
			functions_find(&functions, image.base + image.segment[i].p_vaddr);
	for (int i = 0; i < image.segments; i++)
		if (image.segment[i].p_type == PT_LOAD && image.segment[i].p_flags & PF_X)
			print_segment(image.base, &image.segment[i], &functions);
	image_close(&image);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		print_library(argv[i]);
	return 0;
}
