/*
 * redaction.c - whether this process's trace names its files, and the salt where it doesn't.
 */
#include "region/redaction.h"

#include "abi/raw.h"
#include "region/options.h"

#include <string.h>

#define SALT_DIGITS 32

static bool read_salt(const char *digits, uint64_t salt[2])
{
	static const char hex[] = "0123456789abcdef";

	if (!digits || strlen(digits) != SALT_DIGITS)
		return false;
	for (int i = 0; i < SALT_DIGITS; i++) {
		const char *digit = strchr(hex, digits[i]);
		if (!digit)
			return false;
		salt[i / 16] = salt[i / 16] << 4 | (uint64_t)(digit - hex);
	}
	return true;
}

void redaction_start(struct region *region)
{
	static uint64_t salt[2];

	if (!options.redact && !options.redact_omit)
		return;
	/* Without a salt that can't be guessed a hash would hide little. */
	if (!salt[0] && !read_salt(options.salt, salt) &&
	    RAW_3(SYS_getrandom, salt, sizeof(salt), 0) != (long)sizeof(salt))
		options.redact_omit = true;
	region->redaction = options.redact_omit ? REDACTION_OMIT : REDACTION_HASH;
	memcpy(region->salt, salt, sizeof(salt));
}
