/*
 * recognise.c - tells from the bytes around a syscall instruction what may take its place.
 *
 * Encodings: Intel SDM volume 2, sections 2.1 and 2.2 and the instructions'
 * pages. Bytes that look like a syscall instruction stand in other instructions
 * too. What proves one is what surrounds it: a number loaded into eax directly
 * before it; or what is done with the result behind it, a comparison with -4095
 * or -4096 by which libc tells an error from a result, or a return.
 */
#include "sites/recognise.h"

#include "syscall/frame.h"

#include <emmintrin.h>
#include <string.h>

#define RAX 0
#define RSP 4
#define R11 11

size_t site_search(const unsigned char *text, size_t n, size_t from)
{
	const __m128i first = _mm_set1_epi8(0x0f), second = _mm_set1_epi8(0x05);
	size_t i = from;
	for (; i + 17 <= n; i += 16) {
		__m128i here = _mm_loadu_si128((const __m128i *)(text + i));
		__m128i next = _mm_loadu_si128((const __m128i *)(text + i + 1));
		int found = _mm_movemask_epi8(
		    _mm_and_si128(_mm_cmpeq_epi8(here, first), _mm_cmpeq_epi8(next, second)));
		if (found)
			return i + (size_t)__builtin_ctz((unsigned)found);
	}
	for (; i + 2 <= n; i++)
		if (text[i] == 0x0f && text[i + 1] == 0x05)
			return i;
	return n;
}

static int32_t read_32(const unsigned char *at)
{
	int32_t value;
	__builtin_memcpy(&value, at, sizeof(value));
	return value;
}

/* cmp $-4096 or $-4095, %rax or %eax */
static bool result_is_tested(const unsigned char *text, size_t n, size_t at)
{
	size_t wide = at < n && text[at] == 0x48;
	if (at + wide + 5 > n || text[at + wide] != 0x3d)
		return false;
	int32_t limit = read_32(text + at + wide + 1);
	return limit == -4096 || limit == -4095;
}

/* Perhaps some pops, and ret */
static bool result_is_returned(const unsigned char *text, size_t n, size_t at)
{
	while (at < n && (text[at] & 0xf8) == 0x58)
		at++;
	return at < n && text[at] == 0xc3;
}

/* mov disp8(%rsp), reg and mov reg, disp8(%rsp): opcode, ModRM 01 reg 100, SIB 24, disp8 */
static bool is_stack_move(const unsigned char *at, unsigned char opcode)
{
	return at[0] == opcode && (at[1] & 0xc7) == 0x44 && at[2] == 0x24;
}

static bool is_rex(unsigned char byte, unsigned char bits)
{
	return (byte & ~0x04) == (0x40 | bits);
}

static uint8_t extended(unsigned char rex, unsigned char bit, unsigned reg)
{
	return (uint8_t)(reg | (rex & bit ? 8 : 0));
}

/* The instruction that ends at an offset, of those that libc has before a syscall instruction. */
static bool instruction_before(const unsigned char *text, size_t end, struct site *site)
{
	const unsigned char *p = text + end;
#define TAKES(length_, form_, reg_, immediate_)                                                    \
	(site->bytes = (length_), site->at = end - (length_), site->form = (form_),                \
	 site->reg = (uint8_t)(reg_), site->immediate = (immediate_), true)

	if (end < 8)
		return false;
	/* 64-bit moves from and to the stack */
	if (is_rex(p[-5], 0x08) && is_stack_move(p - 4, 0x8b))
		return TAKES(5, FORM_LOAD, extended(p[-5], 4, p[-3] >> 3 & 7), (int8_t)p[-1]);
	if (is_rex(p[-5], 0x08) && is_stack_move(p - 4, 0x89))
		return TAKES(5, FORM_STORE, extended(p[-5], 4, p[-3] >> 3 & 7), (int8_t)p[-1]);
	/* mov $imm32, %r8d and up; mov $imm32, %eax and up */
	if (p[-6] == 0x41 && (p[-5] & 0xf8) == 0xb8)
		return TAKES(6, FORM_IMMEDIATE, 8 | (p[-5] & 7), read_32(p - 4));
	if ((p[-5] & 0xf8) == 0xb8 && (p[-5] & 7) != RSP)
		return TAKES(5, FORM_IMMEDIATE, p[-5] & 7, read_32(p - 4));
	/* 32-bit loads from the stack */
	if (is_rex(p[-5], 0) && is_stack_move(p - 4, 0x8b))
		return TAKES(5, FORM_LOAD_32, extended(p[-5], 4, p[-3] >> 3 & 7), (int8_t)p[-1]);
	if (is_stack_move(p - 4, 0x8b))
		return TAKES(4, FORM_LOAD_32, p[-3] >> 3 & 7, (int8_t)p[-1]);
	/* add $imm8, %edx and the like; xor %eax, %eax */
	if (p[-3] == 0x83 && (p[-2] & 0xf8) == 0xc0 && (p[-2] & 7) != RSP)
		return TAKES(3, FORM_ADD_32, p[-2] & 7, (int8_t)p[-1]);
	if (p[-2] == 0x31 && p[-1] == 0xc0)
		return TAKES(2, FORM_NUMBER, RAX, 0);
	return false;
#undef TAKES
}

/* Registers that syscall/hook.c can change: those of a system call. */
static bool is_kept(unsigned reg)
{
	return reg == 0 || reg == 2 || reg == 6 || reg == 7 || (reg >= 8 && reg <= 11);
}

bool site_recognise(const unsigned char *text, size_t n, size_t at, struct site *site)
{
	if (!instruction_before(text, at, site) || !is_kept(site->reg))
		return false;
	site->end = at + 2;
	site->number = NUMBER_UNKNOWN;
	if (site->form == FORM_IMMEDIATE && site->reg == RAX)
		site->form = FORM_NUMBER;
	if (site->form == FORM_NUMBER)
		site->number = site->immediate;
	/* mov $number, %eax; syscall: seven bytes that are nothing else */
	if (site->form == FORM_NUMBER && site->bytes == 5)
		return site->number >= 0 && site->number < NUMBERS;
	/* glibc 2.41 has one function for the calls at which a thread may be cancelled. */
	if (site->form == FORM_LOAD && site->reg == RAX)
		return result_is_returned(text, n, site->end);
	if (site->form == FORM_STORE)
		return site->reg == R11 && result_is_returned(text, n, site->end);
	return result_is_tested(text, n, site->end);
}

int site_number_hint(const unsigned char *text, size_t from, size_t at)
{
	for (size_t i = at; i-- > from;) {
		int32_t number = i + 5 <= at && text[i] == 0xb8 ? read_32(text + i + 1) : -1;
		if (number >= 0 && number < NUMBERS)
			return number;
	}
	return NUMBER_UNKNOWN;
}

/* The length of an instruction that does nothing, or 0. */
static size_t padding_bytes(const unsigned char *at, size_t n)
{
	size_t i = 0;
	if (at[0] == 0xcc)
		return 1;
	while (i < n && (at[i] == 0x66 || at[i] == 0x2e))
		i++;
	if (i < n && at[i] == 0x90)
		return i + 1;
	if (i + 3 > n || at[i] != 0x0f || at[i + 1] != 0x1f)
		return 0;
	/* nop with an operand: no displacement, or one of 8 or 32 bits, all zero */
	unsigned char operand = at[i + 2];
	size_t bytes = operand == 0x00	 ? 3
		       : operand == 0x40 ? 4
		       : operand == 0x44 ? 5
		       : operand == 0x80 ? 7
		       : operand == 0x84 ? 8
					 : 0;
	if (!bytes || i + bytes > n)
		return 0;
	for (size_t k = 3; k < bytes; k++)
		if (at[i + k])
			return 0;
	return i + bytes;
}

bool site_is_padding(const unsigned char *text, size_t from, size_t to)
{
	while (from < to) {
		size_t bytes = padding_bytes(text + from, to - from);
		if (!bytes)
			return false;
		from += bytes;
	}
	return true;
}
