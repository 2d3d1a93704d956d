/*
 * frame.h - a system call on its way to the kernel: its number, its arguments, and whence it comes.
 */
#ifndef SYSCALL_FRAME_H
#define SYSCALL_FRAME_H

/* For slots.S, which fills it in. */
#define FRAME_NR     0
#define FRAME_A	     8
#define FRAME_RESUME 56
#define FRAME_SP     64
#define FRAME_R11    72
#define FRAME_RESULT 80
#define FRAME_RBP    88
#define FRAME_BYTES  592

/* In struct self: */
#define SELF_EXPECTED	 0
#define SELF_CANCELLABLE 4

#define BRACKETED_BIT 30       /* of SELF_EXPECTED: EXPECTED_BRACKETED */
#define LARGE_BYTES   0x100000 /* of a buffer: see bracket_may_overrun() */

/* In the slots' table, of SLOT_BYTES each: */
#define SLOTS	       1024
#define SLOT_BYTES     16
#define SLOT_RESUME    0
#define SLOT_IMMEDIATE 8
#define SLOT_FORM      12

/* What the instruction did whose place the jump to a slot took. */
#define FORM_NUMBER	   0 /* loaded the number of the system call: eax = immediate */
#define FORM_IMMEDIATE	   1 /* register = immediate */
#define FORM_LOAD	   2 /* register = what is at stack pointer + immediate */
#define FORM_LOAD_32	   3 /* the same, of 32 bits */
#define FORM_STORE	   4 /* what is at stack pointer + immediate = register */
#define FORM_ADD_32	   5 /* register += immediate, of 32 bits */
#define FORM_COPY_32	   6 /* eax = register */
#define FORM_SUBTRACT	   7 /* register -= the register whose number is immediate */
#define FORM_LOAD_FRAME	   8 /* register = what is at frame pointer + immediate */
#define FORM_LOAD_FRAME_32 9 /* the same, of 32 bits */
#define FORM_BRANCH                                                                                \
	10	      /* if eax isn't 0, went to what is immediate behind the system call's start */
#define FORM_AFTER 11 /* behind the system call, whose number is immediate: compared its result */

/* What hook_prepare() found: */
#define PREPARED_RECORD	   0 /* the call is to be made, and counted */
#define PREPARED_PASS	   1 /* the open wrapper announced it: to be made */
#define PREPARED_ELSEWHERE 2 /* it is not to be made; frame->resume tells where to go on */
#define PREPARED_AFTER	   3 /* it has been made */

#define SYSCALL_BYTES 2 /* of the instruction */

#ifndef __ASSEMBLER__

#include "memory/mapping_calls.h"
#include "span/span.h"

#include <stddef.h>
#include <sys/resource.h>

struct call_frame {
	long nr;
	long a[6];
	uintptr_t resume; /* address behind the program's syscall instruction */
	uintptr_t sp;	  /* the stack pointer there */
	long r11;	  /* as it was; the kernel will overwrite it */
	long result;
	long rbp;	  /* of the function that makes the call; for FORM_LOAD_FRAME */
	struct span span; /* open between hook_enter() and hook_exit(); not recorded where its cell
			     is NULL */
	enum call call;
	long given; /* an argument that was changed */
	union {
		struct mapping_call mapping;
		struct {
			struct rusage usage;
			int status;
		} reaped; /* for reaping.c, where the caller wants neither */
	};
};

_Static_assert(offsetof(struct call_frame, a) == FRAME_A &&
		   offsetof(struct call_frame, resume) == FRAME_RESUME &&
		   offsetof(struct call_frame, sp) == FRAME_SP &&
		   offsetof(struct call_frame, r11) == FRAME_R11 &&
		   offsetof(struct call_frame, result) == FRAME_RESULT &&
		   offsetof(struct call_frame, rbp) == FRAME_RBP &&
		   sizeof(struct call_frame) <= FRAME_BYTES,
	       "slots.S knows these offsets");
_Static_assert(EXPECTED_BRACKETED == 1u << BRACKETED_BIT, "slots.S has it");

_Static_assert(offsetof(struct self, expected) == SELF_EXPECTED &&
		   offsetof(struct self, cancellable) == SELF_CANCELLABLE,
	       "slots.S knows these offsets");

/* One for each rewritten place; page-aligned in all, behind the slots themselves. */
struct slot {
	uintptr_t resume;
	int32_t immediate;
	uint8_t form;
	uint8_t reg; /* its number in the encoding of instructions: 0 rax, 1 rcx, 2 rdx ... */
	uint16_t spare;
};

extern struct slot hook_table[SLOTS]; /* of slots.S */
extern const char hook_slots[], hook_text_end[];

_Static_assert(sizeof(struct slot) == SLOT_BYTES, "a slot is as long as its entry");

#else
/* clang-format off */

	/* The registers of a system call, to a frame at the stack pointer and from one. */
	.macro store_call
	movq %rax, FRAME_NR(%rsp)
	movq %rdi, FRAME_A(%rsp)
	movq %rsi, FRAME_A + 8(%rsp)
	movq %rdx, FRAME_A + 16(%rsp)
	movq %r10, FRAME_A + 24(%rsp)
	movq %r8, FRAME_A + 32(%rsp)
	movq %r9, FRAME_A + 40(%rsp)
	.endm
	.macro load_arguments base
	movq FRAME_A(\base), %rdi
	movq FRAME_A + 8(\base), %rsi
	movq FRAME_A + 16(\base), %rdx
	movq FRAME_A + 24(\base), %r10
	movq FRAME_A + 32(\base), %r8
	movq FRAME_A + 40(\base), %r9
	.endm

#endif
#endif
