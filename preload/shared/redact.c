/*
 * redact.c - paths, names and arguments as they stand in a trace that somebody else may read.
 *
 * The hash is SipHash-2-4 (Aumasson and Bernstein, 2012), a keyed one for short texts.
 */
#include "shared/redact.h"

#include <string.h>

static uint64_t rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static void mix(uint64_t v[4], int rounds)
{
	while (rounds-- > 0) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32) + v[3];
		v[2] += v[1];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[2] = rotate(v[2], 32);
	}
}

static void absorb(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	mix(v, 2);
	v[0] ^= word;
}

static uint64_t keyed_hash(const uint64_t salt[2], const char *bytes, size_t n)
{
	uint64_t v[4] = {salt[0] ^ 0x736f6d6570736575, salt[1] ^ 0x646f72616e646f6d,
			 salt[0] ^ 0x6c7967656e657261, salt[1] ^ 0x7465646279746573};
	uint64_t word, last = (uint64_t)n << 56;
	size_t i = 0;

	for (; n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		absorb(v, word);
	}
	for (int shift = 0; i < n; i++, shift += 8)
		last |= (uint64_t)(unsigned char)bytes[i] << shift;
	absorb(v, last);
	v[2] ^= 0xff;
	mix(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void emit_private(struct json_out *out, const char *key, const struct region *region,
		  const char *bytes, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	char text[] = "redacted-0123456789abcdef";

	if (region->redaction == REDACTION_NONE || n == 0) {
		emit_text(out, key, bytes, n);
		return;
	}
	if (region->redaction != REDACTION_HASH) {
		emit_string(out, key, "(redacted)");
		return;
	}
	uint64_t hash = keyed_hash(region->salt, bytes, n);
	for (size_t i = sizeof(text) - 2; text[i] != '-'; i--, hash >>= 4)
		text[i] = hex[hash & 15];
	emit_text(out, key, text, sizeof(text) - 1);
}
