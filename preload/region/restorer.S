/*
 * restorer.S - where the handlers of our own signals return to.
 */
#include <asm/unistd.h>

	.text
	/*
	 * Unwinders and debuggers know the frame of a signal by these bytes, which
	 * are glibc's; so no unwind information may cover them, nor the byte before.
	 */
	nop
	.balign 16
	nop
	.globl signals_restorer
	.hidden signals_restorer
	.type signals_restorer, @function
signals_restorer:
	movq $__NR_rt_sigreturn, %rax
	syscall
	hlt				/* a filter of the program's has refused it: there is no way back */
	.size signals_restorer, . - signals_restorer
	nop

	.section .note.GNU-stack, "", @progbits
