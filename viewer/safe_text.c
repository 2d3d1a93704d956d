/*
 * safe_text.c - makes text from a trace safe to show on a terminal.
 */
#include "safe_text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Decodes one character; returns its bytes, or 0 where it isn't valid UTF-8 (RFC 3629). */
static size_t decode(const unsigned char *text, uint32_t *character)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t least;
	} forms[] = {
	    {0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};

	for (size_t bytes = 1; bytes <= 4; bytes++) {
		if ((text[0] & forms[bytes - 1].mask) != forms[bytes - 1].lead)
			continue;
		uint32_t c = text[0] & ~forms[bytes - 1].mask;
		for (size_t i = 1; i < bytes; i++) {
			if ((text[i] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (text[i] & 0x3f);
		}
		if (c < forms[bytes - 1].least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
			return 0;
		*character = c;
		return bytes;
	}
	return 0;
}

/* Acts on the terminal, or can't be seen though it changes how the rest is read. */
static bool is_hazard(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} hazards[] = {
	    {0x00, 0x1f},	 {0x7f, 0x9f},	   {0xad, 0xad},     {0x61c, 0x61c},
	    {0x180e, 0x180e},	 {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
	    {0xfe00, 0xfe0f},	 {0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xfffe, 0xffff},
	    {0xe0000, 0x10ffff},
	};
	for (size_t i = 0; i < sizeof(hazards) / sizeof(*hazards); i++)
		if (c >= hazards[i].first && c <= hazards[i].last)
			return true;
	return false;
}

char *safe_text(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	char *safe = malloc(strlen(text) * 4 + 1), *out = safe;

	if (!safe)
		return NULL;
	while (*at) {
		uint32_t c = 0;
		size_t bytes = decode(at, &c);
		if (bytes && !is_hazard(c)) {
			memcpy(out, at, bytes);
			out += bytes;
			at += bytes;
			continue;
		}
		for (size_t left = bytes ? bytes : 1; left; left--)
			out += sprintf(out, "\\x%02x", *at++);
	}
	*out = 0;
	return safe;
}

size_t text_width(const char *text)
{
	size_t width = 0;
	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}
