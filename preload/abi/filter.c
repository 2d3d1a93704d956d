/*
 * filter.c - the seccomp filters that the program put on itself, asked before each system call of
 * ours.
 *
 * What a filter may do is a part of classic BPF: Documentation/networking/filter.rst
 * and seccomp_check_filter() in kernel/seccomp.c of Linux.
 */
#include "abi/filter.h"

#include "abi/raw.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>

#ifndef SECCOMP_RET_ACTION_FULL
#define SECCOMP_RET_ACTION_FULL 0xffff0000u
#endif
#ifndef SECCOMP_RET_LOG
#define SECCOMP_RET_LOG 0x7ffc0000u
#endif
#define FILTER_BYTES (sizeof(struct filter) + BPF_MAXINSNS * sizeof(struct sock_filter))
#define FORBIDDEN    0u /* SECCOMP_RET_KILL_THREAD */

struct filter {
	const struct filter *before;
	unsigned length;
	struct sock_filter code[];
};

const struct filter *filter_last;

static const struct filter nothing = {.length = 1, .code = {{BPF_RET | BPF_K, 0, 0, FORBIDDEN}}};

struct machine {
	uint32_t a, x, memory[BPF_MEMWORDS];
};

static uint32_t compute(uint16_t code, uint32_t a, uint32_t operand)
{
	switch (BPF_OP(code)) {
	case BPF_ADD:
		return a + operand;
	case BPF_SUB:
		return a - operand;
	case BPF_MUL:
		return a * operand;
	case BPF_DIV:
		return operand ? a / operand : 0;
	case BPF_OR:
		return a | operand;
	case BPF_AND:
		return a & operand;
	case BPF_XOR:
		return a ^ operand;
	case BPF_LSH:
		return operand < 32 ? a << operand : 0;
	case BPF_RSH:
		return operand < 32 ? a >> operand : 0;
	default: /* BPF_NEG */
		return -a;
	}
}

static bool holds(uint16_t code, uint32_t a, uint32_t operand)
{
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return a == operand;
	case BPF_JGT:
		return a > operand;
	case BPF_JGE:
		return a >= operand;
	default: /* BPF_JSET */
		return a & operand;
	}
}

static uint32_t load(const struct machine *machine, const struct sock_filter *at,
		     const struct seccomp_data *data)
{
	uint32_t word = 0;
	switch (BPF_MODE(at->code)) {
	case BPF_ABS:
		if (at->k <= sizeof(*data) - sizeof(word))
			memcpy(&word, (const char *)data + at->k, sizeof(word));
		return word;
	case BPF_MEM:
		return machine->memory[at->k % BPF_MEMWORDS];
	case BPF_LEN:
		return sizeof(*data);
	default: /* BPF_IMM */
		return at->k;
	}
}

/* What the filter has to say. The kernel has checked that all jumps lead forward and inside. */
static uint32_t run(const struct filter *filter, const struct seccomp_data *data)
{
	struct machine machine = {.a = 0};
	for (unsigned i = 0; i < filter->length; i++) {
		const struct sock_filter *at = &filter->code[i];
		uint32_t operand = BPF_SRC(at->code) == BPF_X ? machine.x : at->k;
		switch (BPF_CLASS(at->code)) {
		case BPF_LD:
			machine.a = load(&machine, at, data);
			break;
		case BPF_LDX:
			machine.x = load(&machine, at, data);
			break;
		case BPF_ST:
			machine.memory[at->k % BPF_MEMWORDS] = machine.a;
			break;
		case BPF_STX:
			machine.memory[at->k % BPF_MEMWORDS] = machine.x;
			break;
		case BPF_ALU:
			machine.a = compute(at->code, machine.a, operand);
			break;
		case BPF_JMP:
			if (BPF_OP(at->code) == BPF_JA)
				i += at->k;
			else
				i += holds(at->code, machine.a, operand) ? at->jt : at->jf;
			break;
		case BPF_RET:
			return BPF_RVAL(at->code) == BPF_A ? machine.a : at->k;
		case BPF_MISC:
			if (BPF_MISCOP(at->code) == BPF_TAX)
				machine.x = machine.a;
			else
				machine.a = machine.x;
			break;
		}
	}
	return FORBIDDEN;
}

/* memcpy that fails where there is nothing to be read. */
static bool copy(void *to, const void *from, size_t n)
{
	struct iovec ours = {to, n}, theirs = {(void *)from, n};
	return RAW_5(SYS_process_vm_readv, raw_getpid(), &ours, 1, &theirs, 1) == (long)n;
}

struct filter *filter_copy(const struct sock_fprog *program)
{
	struct sock_fprog head;
	if (!copy(&head, program, sizeof(head)) || head.len > BPF_MAXINSNS)
		return NULL;
	struct filter *filter = raw_mmap(NULL, FILTER_BYTES, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!filter)
		return NULL;
	filter->length = head.len;
	filter->before = __atomic_load_n(&filter_last, __ATOMIC_ACQUIRE);
	if (copy(filter->code, head.filter, head.len * sizeof(*head.filter)))
		return filter;
	filter_drop(filter);
	return NULL;
}

void filter_add(struct filter *filter)
{
	const struct filter *last = __atomic_load_n(&filter_last, __ATOMIC_ACQUIRE);
	do {
		if (filter)
			filter->before = last;
	} while (!__atomic_compare_exchange_n(&filter_last, &last, filter ? filter : &nothing,
					      false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
}

void filter_drop(struct filter *filter)
{
	if (filter)
		raw_munmap(filter, FILTER_BYTES);
}

static enum filter_verdict verdict(const struct filter *filter, const struct seccomp_data *data)
{
	enum filter_verdict worst = FILTER_PASSES;
	for (; filter; filter = filter->before) {
		uint32_t action = run(filter, data) & SECCOMP_RET_ACTION_FULL;
		if (action == SECCOMP_RET_ERRNO)
			worst = worst > FILTER_FAILS ? worst : FILTER_FAILS;
		else if (action != SECCOMP_RET_ALLOW && action != SECCOMP_RET_LOG)
			worst = FILTER_ENDANGERS;
	}
	return worst;
}

/* No filter can know where our calls are made; the place is in the same library, at least. */
#define CALL_DATA(nr_, ...)                                                                        \
	{                                                                                          \
		.nr = (int)(nr_), .arch = AUDIT_ARCH_X86_64,                                       \
		.instruction_pointer = (uintptr_t)filter_call, .args = {                           \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}

enum filter_verdict filter_verdict(const struct filter *filter, long nr, long a, long b, long c,
				   long d)
{
	struct seccomp_data data =
	    CALL_DATA(nr, (uint64_t)a, (uint64_t)b, (uint64_t)c, (uint64_t)d);
	return verdict(filter ? filter : filter_last, &data);
}

long filter_call(long nr, long a, long b, long c, long d, long e, long f)
{
	struct seccomp_data data = CALL_DATA(nr, (uint64_t)a, (uint64_t)b, (uint64_t)c, (uint64_t)d,
					     (uint64_t)e, (uint64_t)f);
	if (verdict(filter_last, &data) != FILTER_PASSES)
		return -ENOSYS;
	return raw6(nr, a, b, c, d, e, f);
}
