/*
 * restorer.S - where the handlers of our own signals return to.
 *
 * Unwinders and debuggers know the frame of a signal by these bytes, which are
 * glibc's, or by what is said here as it is there: the registers stand in the
 * ucontext that the stack pointer is at (x86-64 ABI; sys/ucontext.h).
 */
#include <asm/unistd.h>

#define DW_CFA_def_cfa_expression 0x0f
#define DW_CFA_expression	  0x10
#define DW_OP_breg7		  0x77 /* the stack pointer and an offset, */
#define LEB128(n)		  ((n) & 0x7f) | 0x80, (n) >> 7
#define DW_OP_deref		  0x06

	.macro saved register, at
	.cfi_escape DW_CFA_expression, \register, 3, DW_OP_breg7, LEB128(\at)
	.endm

	.text
	nop
	.balign 16
	.cfi_startproc
	.cfi_signal_frame
	.cfi_escape DW_CFA_def_cfa_expression, 4, DW_OP_breg7, LEB128(160), DW_OP_deref
	saved 8, 40
	saved 9, 48
	saved 10, 56
	saved 11, 64
	saved 12, 72
	saved 13, 80
	saved 14, 88
	saved 15, 96
	saved 5, 104			/* rdi */
	saved 4, 112			/* rsi */
	saved 6, 120			/* rbp */
	saved 3, 128			/* rbx */
	saved 1, 136			/* rdx */
	saved 0, 144			/* rax */
	saved 2, 152			/* rcx */
	saved 7, 160			/* rsp */
	saved 16, 168			/* rip */
	nop				/* a return address is looked up by the byte before it */
	.globl signals_restorer
	.hidden signals_restorer
	.type signals_restorer, @function
signals_restorer:
	movq $__NR_rt_sigreturn, %rax
	syscall
	hlt				/* a filter of the program's has refused it: there is no way back */
	.cfi_endproc
	.size signals_restorer, . - signals_restorer
	nop

	.section .note.GNU-stack, "", @progbits
