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

/* The end of a function: perhaps add $imm8, %rsp, some pops, leave; and ret */
static bool result_is_returned(const unsigned char *text, size_t n, size_t at)
{
	if (at + 4 < n && text[at] == 0x48 && text[at + 1] == 0x83 && text[at + 2] == 0xc4)
		at += 4;
	while (at < n && ((text[at] & 0xf8) == 0x58 || text[at] == 0xc9))
		at++;
	return at < n && text[at] == 0xc3;
}

/* mov disp8(%rsp), reg and mov reg, disp8(%rsp): opcode, ModRM 01 reg 100, SIB 24, disp8 */
static bool is_stack_move(const unsigned char *at, unsigned char opcode)
{
	return at[0] == opcode && (at[1] & 0xc7) == 0x44 && at[2] == 0x24;
}

static bool looks_like_prefix(unsigned char byte)
{
	return (byte & 0xf0) == 0x40;
}

/* The opcodes that end in an immediate of 8 bits, behind an operand. */
static bool has_immediate_8(unsigned char opcode)
{
	return opcode == 0x83 || opcode == 0x80 || opcode == 0xc0 || opcode == 0xc1 ||
	       opcode == 0xc6 || opcode == 0x6b || opcode == 0xf6;
}

/*
 * Whether a byte may be the last one of an instruction that goes before: a
 * displacement or an immediate of 8 bits. Then what looks like a REX prefix may
 * be none, and nobody without a disassembler knows where an instruction begins.
 */
static bool may_end_another(const unsigned char *p)
{
	unsigned char last = p[-1], before = p[-2];
	bool displacement = ((last & 0xc0) == 0x40 && (last & 7) != 4) || (before & 0xc7) == 0x44;
	bool of_register = has_immediate_8(before);
	bool of_accumulator = last == 0x04 || last == 0x0c || last == 0x24 || last == 0x2c ||
			      last == 0x34 || last == 0x3c || last == 0xa8 || last == 0x6a ||
			      (last & 0xf8) == 0xb0;
	bool of_memory = has_immediate_8(p[-3]) && (before & 0xc0) == 0x40;
	bool of_stack = has_immediate_8(p[-4]) && (p[-3] & 0xc7) == 0x44;
	bool of_address = has_immediate_8(p[-6]) && (p[-5] & 0xc7) == 5;
	bool of_32_bits = (p[-4] & 0xf8) == 0xb8;
	bool jump = (last & 0xf0) == 0x70 || last == 0xeb || last == 0xe3;
	return displacement || of_register || of_accumulator || of_memory || of_stack ||
	       of_address || of_32_bits || jump;
}

#define REX_W 8
#define REX_R 4
#define REX_B 1

/* Whether a byte is a REX prefix with these bits and no others. */
static bool is_prefix(const unsigned char *p, unsigned char bits)
{
	return *p == (0x40 | bits) && !may_end_another(p);
}

/* What moves 32 bits from the stack or 64 bits from or to it, with a prefix or without. */
static bool stack_move_before(const unsigned char *p, size_t end, struct site *site)
{
	bool load = is_stack_move(p - 4, 0x8b), store = is_stack_move(p - 4, 0x89);
	if (!load && !store)
		return false;
	site->reg = p[-3] >> 3 & 7;
	site->immediate = (int8_t)p[-1];
	if (!looks_like_prefix(p[-5])) {
		site->at = end - 4;
		site->form = FORM_LOAD_32;
		return load;
	}
	bool wide = is_prefix(p - 5, REX_W) || is_prefix(p - 5, REX_W | REX_R);
	if (!wide && !is_prefix(p - 5, REX_R))
		return false;
	if (p[-5] & REX_R)
		site->reg |= 8;
	site->at = end - 5;
	site->form = store ? FORM_STORE : wide ? FORM_LOAD : FORM_LOAD_32;
	return load || wide;
}

/* mov disp8(%rbp), reg: 8b, ModRM 01 reg 101, disp8; with a prefix of 64 bits */
static bool frame_move_before(const unsigned char *p, size_t end, struct site *site)
{
	if (p[-3] != 0x8b || (p[-2] & 0xc7) != 0x45)
		return false;
	site->reg = p[-2] >> 3 & 7;
	site->immediate = (int8_t)p[-1];
	site->form = FORM_LOAD_FRAME_32;
	site->at = end - 3;
	if (!looks_like_prefix(p[-4]))
		return true;
	bool wide = is_prefix(p - 4, REX_W) || is_prefix(p - 4, REX_W | REX_R);
	if (p[-4] & REX_R)
		site->reg |= 8;
	site->form = wide ? FORM_LOAD_FRAME : FORM_LOAD_FRAME_32;
	site->at = end - 4;
	return wide || is_prefix(p - 4, REX_R);
}

/*
 * test %eax, %eax; jne disp8: where eax is 0, that is the number of read. What
 * is gone to has no use for rcx: read has three arguments, and this is where
 * glibc before 2.36 asks whether there are other threads.
 */
static bool branch_before(const unsigned char *p, size_t end, struct site *site)
{
	if (p[-4] != 0x85 || p[-3] != 0xc0 || p[-2] != 0x75 || looks_like_prefix(p[-5]))
		return false;
	site->reg = RAX;
	site->immediate = (int8_t)p[-1];
	site->form = FORM_BRANCH;
	site->number = 0;
	site->at = end - 2;
	return true;
}

/* mov $imm32, reg: b8 and up, or 41 b8 and up */
static bool immediate_before(const unsigned char *p, size_t end, struct site *site)
{
	if ((p[-5] & 0xf8) != 0xb8)
		return false;
	site->reg = p[-5] & 7;
	site->immediate = read_32(p - 4);
	site->form = FORM_IMMEDIATE;
	site->at = end - 5;
	/* movl $imm32, disp8(%rsp) or disp8(reg), whose displacement it may be */
	if ((p[-8] == 0xc7 && (p[-7] & 0xc7) == 0x44) || (p[-7] == 0xc7 && (p[-6] & 0xc0) == 0x40))
		return false;
	if (looks_like_prefix(p[-6])) {
		site->reg |= 8;
		site->at = end - 6;
		return is_prefix(p - 6, REX_B);
	}
	return true;
}

/* mov reg, %eax: 89 and ModRM 11 reg 000, or 44 89 and that */
static bool copy_before(const unsigned char *p, size_t end, struct site *site)
{
	if (p[-2] != 0x89 || (p[-1] & 0xc7) != 0xc0)
		return false;
	site->reg = p[-1] >> 3 & 7;
	site->form = FORM_COPY_32;
	site->at = end - 2;
	if (looks_like_prefix(p[-3])) {
		site->reg |= 8;
		site->at = end - 3;
		return is_prefix(p - 3, REX_R);
	}
	return true;
}

/* sub reg, reg of 64 bits: 48 29 and ModRM 11 */
static bool subtraction_before(const unsigned char *p, size_t end, struct site *site)
{
	if (p[-2] != 0x29 || (p[-1] & 0xc0) != 0xc0 || !is_prefix(p - 3, REX_W))
		return false;
	site->reg = p[-1] & 7;
	site->immediate = p[-1] >> 3 & 7;
	site->form = FORM_SUBTRACT;
	site->at = end - 3;
	return true;
}

/* add $imm8, reg (83 and ModRM 11 000 reg); xor %eax, %eax */
static bool short_before(const unsigned char *p, size_t end, struct site *site)
{
	if (p[-3] == 0x83 && (p[-2] & 0xf8) == 0xc0 && !looks_like_prefix(p[-4])) {
		site->reg = p[-2] & 7;
		site->immediate = (int8_t)p[-1];
		site->form = FORM_ADD_32;
		site->at = end - 3;
		return true;
	}
	if (p[-2] == 0x31 && p[-1] == 0xc0 && !looks_like_prefix(p[-3])) {
		site->reg = RAX;
		site->immediate = 0;
		site->form = FORM_IMMEDIATE;
		site->at = end - 2;
		return true;
	}
	return false;
}

/* The instruction that ends at an offset, of those that libc has before a syscall instruction. */
static bool instruction_before(const unsigned char *text, size_t end, struct site *site)
{
	const unsigned char *p = text + end;
	if (end < 16)
		return false;
	*site = (struct site){.number = NUMBER_UNKNOWN, .end = end + 2};
	return stack_move_before(p, end, site) || frame_move_before(p, end, site) ||
	       branch_before(p, end, site) || immediate_before(p, end, site) ||
	       copy_before(p, end, site) || subtraction_before(p, end, site) ||
	       short_before(p, end, site);
}

/* Registers that syscall/hook.c can change: those of a system call. */
static bool is_kept(unsigned reg)
{
	return reg == 0 || reg == 2 || reg == 6 || reg == 7 || (reg >= 8 && reg <= 11);
}

bool site_recognise(const unsigned char *text, size_t n, size_t at, struct site *site)
{
	if (!instruction_before(text, at, site) || !is_kept(site->reg) ||
	    (site->form == FORM_SUBTRACT && !is_kept((unsigned)site->immediate)))
		return false;
	site->bytes = at - site->at;
	if (site->form == FORM_IMMEDIATE && site->reg == RAX) {
		site->form = FORM_NUMBER;
		site->number = site->immediate;
		if (site->number < 0 || site->number >= NUMBERS)
			return false;
		/* Seven bytes that are nothing else */
		if (site->bytes >= JUMP_BYTES)
			return true;
	}
	/* glibc 2.41 has one function for the calls at which a thread may be cancelled. */
	if (site->form == FORM_LOAD && site->reg == RAX)
		return result_is_returned(text, n, site->end);
	if (site->form == FORM_STORE)
		return site->reg == R11 && result_is_returned(text, n, site->end);
	return result_is_tested(text, n, site->end);
}

bool site_move_behind(const unsigned char *text, size_t n, struct site *site)
{
	/* cmp $-4096, %rax, which slots.S does then */
	if (site->number == NUMBER_UNKNOWN || site->end + 6 > n || text[site->end] != 0x48 ||
	    text[site->end + 1] != 0x3d || read_32(text + site->end + 2) != -4096)
		return false;
	site->immediate = site->number;
	site->reg = RAX;
	site->form = FORM_AFTER;
	site->at = site->end;
	site->bytes = 6;
	site->end += 6;
	return true;
}

int site_number_hint(const unsigned char *text, size_t from, size_t at, unsigned reg)
{
	for (size_t i = at; i-- > from;) {
		bool extended = i > from && text[i - 1] == 0x41;
		if (i + 5 > at || text[i] != (0xb8 | (reg & 7)) || extended != (reg > 7))
			continue;
		int32_t number = read_32(text + i + 1);
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
