/*
 * functions.c - where the functions of a loaded library begin and end, by its unwind information.
 *
 * Linux Standard Base core, chapter "Exception Frames": the search table of
 * .eh_frame_hdr, and the common and the frame description entries (CIE, FDE)
 * that it points to.
 */
#include "sites/functions.h"

#define ENCODED_32_BITS_RELATIVE_TO_ITSELF 0x1b /* DW_EH_PE_pcrel | DW_EH_PE_sdata4 */
#define ENCODED_32_BITS_UNSIGNED	   0x03 /* DW_EH_PE_udata4 */
#define ENCODED_32_BITS_IN_TABLE	   0x3b /* DW_EH_PE_datarel | DW_EH_PE_sdata4 */

bool functions_find(struct functions *functions, const void *eh_frame_hdr)
{
	const unsigned char *byte = eh_frame_hdr;
	const uint32_t *word = eh_frame_hdr;
	if (byte[0] != 1 || byte[1] != ENCODED_32_BITS_RELATIVE_TO_ITSELF ||
	    byte[2] != ENCODED_32_BITS_UNSIGNED || byte[3] != ENCODED_32_BITS_IN_TABLE)
		return false;
	functions->header = (uintptr_t)eh_frame_hdr;
	functions->count = word[2];
	functions->entry = (const int32_t *)(word + 3);
	return functions->count > 0;
}

static uintptr_t start_of(const struct functions *functions, uint32_t i)
{
	return functions->header + (uintptr_t)(intptr_t)functions->entry[2 * i];
}

uint32_t functions_at(const struct functions *functions, uintptr_t address)
{
	uint32_t low = 0, high = functions->count;
	if (address < start_of(functions, 0))
		return functions->count;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (start_of(functions, middle) <= address)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static const unsigned char *skip_leb128(const unsigned char *at)
{
	while (*at & 0x80)
		at++;
	return at + 1;
}

/* Whether the addresses of descriptions that refer to this common entry are as those below. */
static bool is_plain(const unsigned char *cie)
{
	const unsigned char *at = cie + 8; /* length, and 0 */
	if (*at++ != 1 || *at != 'z')
		return false;
	const unsigned char *letters = at + 1;
	while (*at++)
		;
	at = skip_leb128(skip_leb128(at)); /* the alignments */
	at++;				   /* the register of the return address */
	at = skip_leb128(at);		   /* the length of what the letters announce */
	for (; *letters; letters++) {
		if (*letters == 'R')
			return *at == ENCODED_32_BITS_RELATIVE_TO_ITSELF;
		if (*letters == 'L')
			at++;
		else if (*letters == 'P' && (at[0] & 0x0f) == 0x0b)
			at += 5;
		else if (*letters != 'S')
			return false;
	}
	return false;
}

bool functions_extent(const struct functions *functions, uint32_t i, uintptr_t *start,
		      uintptr_t *end)
{
	const int32_t *fde =
	    (const int32_t *)(functions->header + (uintptr_t)(intptr_t)functions->entry[2 * i + 1]);
	const unsigned char *cie = (const unsigned char *)(fde + 1) - fde[1];
	if (fde[0] == -1 || !is_plain(cie))
		return false;
	*start = start_of(functions, i);
	*end = *start + (uint32_t)fde[3];
	return (uintptr_t)(fde + 2) + (uintptr_t)(intptr_t)fde[2] == *start;
}
