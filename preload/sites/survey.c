/*
 * survey.c - finds the sites in a library: the syscall instructions that are worth rewriting.
 */
#include "sites/survey.h"

#include "syscall/frame.h"

#define RAX	       0
#define HINT_REACH     64
#define SHORT_REACH    127
#define FUNCTIONS_NEAR 8
#define ALIGNMENT      16ul /* of what is jumped to, inside of functions too */
#define PADDING_MOST   31   /* functions begin at multiples of 16, or of 32 */

/* The start of the function that an offset is in, as an offset; false where none is known. */
static bool function_start(const struct code *code, size_t at, size_t *offset)
{
	const struct functions *functions = code->functions;
	uintptr_t start, end, address = code->start + at;
	uint32_t i = functions_at(functions, address);
	if (i == functions->count || !functions_extent(functions, i, &start, &end) ||
	    address >= end)
		return false;
	*offset = start > code->start ? start - code->start : 0;
	return true;
}

enum finding survey_site(const struct code *code, size_t at, bool (*wanted)(long number),
			 struct site *site, int *number)
{
	const unsigned char *text = (const unsigned char *)code->start;
	bool recognised = site_recognise(text, code->bytes, at, site);
	size_t from;

	/* What names its number in as many bytes needs no further proof. */
	*number = recognised ? site->number : NUMBER_UNKNOWN;
	if (*number != NUMBER_UNKNOWN && site->bytes >= JUMP_BYTES)
		return wanted(*number) ? RECOGNISED : NO_SITE;

	/* What isn't in a function that the unwinder knows, isn't code of a compiler. */
	if (!function_start(code, at, &from))
		return NO_SITE;
	recognised = recognised && site->at >= from;
	if (from + HINT_REACH < at)
		from = at - HINT_REACH;
	bool copies = recognised && site->form == FORM_COPY_32;
	if (!recognised || *number == NUMBER_UNKNOWN)
		*number = site_number_hint(text, from, at, copies ? site->reg : RAX);
	/* Locks wait by many of these. */
	if (*number == NUMBER_UNKNOWN)
		return recognised && !copies ? RECOGNISED : NO_SITE;
	if (!wanted(*number))
		return NO_SITE;
	return recognised ? RECOGNISED : STRANGE;
}

uintptr_t survey_padding_behind(const struct code *code, const struct site *site)
{
	const unsigned char *text = (const unsigned char *)code->start;
	size_t at = site->end, next;
	if (at + ALIGNMENT + 16 > code->bytes)
		return 0;
	/* cmp $imm32, %rax or %eax; ja; ret: from the system call on it is known where each begins.
	 */
	at += text[at] == 0x48;
	if (text[at] != 0x3d)
		return 0;
	at += 5;
	at += text[at] == 0x77 ? 2 : text[at] == 0x0f && text[at + 1] == 0x87 ? 6 : 0;
	if (text[at++] != 0xc3)
		return 0;
	next = (at + ALIGNMENT - 1) & -ALIGNMENT;
	if (next < at + JUMP_BYTES || !site_is_padding(text, at, next))
		return 0;
	return code->start + at;
}

uintptr_t survey_padding(const struct code *code, uintptr_t jump_end, bool (*good)(uintptr_t at))
{
	const struct functions *functions = code->functions;
	uint32_t here = functions_at(functions, jump_end);
	uint32_t i = here > FUNCTIONS_NEAR ? here - FUNCTIONS_NEAR : 0;
	for (; i < here + FUNCTIONS_NEAR && i + 1 < functions->count; i++) {
		uintptr_t start, end, next, unused;
		if (!functions_extent(functions, i, &start, &end) ||
		    !functions_extent(functions, i + 1, &next, &unused))
			continue;
		if (end < code->start || next > code->start + code->bytes ||
		    next < end + JUMP_BYTES || next - end > PADDING_MOST)
			continue;
		intptr_t distance = (intptr_t)(end - jump_end);
		if (distance < -SHORT_REACH || distance > SHORT_REACH || !good(end))
			continue;
		if (site_is_padding((const unsigned char *)code->start, end - code->start,
				    next - code->start))
			return end;
	}
	return 0;
}
