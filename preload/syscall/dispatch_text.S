/*
 * dispatch_text.S - the system calls that were caught, made from our own text.
 *
 * The first part runs inside our signal handler. The second runs as the
 * program: the handler has returned to it with the registers as they were at
 * the program's syscall instruction. It may change rax, rcx and r11, and
 * leaves the 128 bytes below the stack pointer alone.
 *
 * Unwinding must work at every instruction, for calls wait here, and are
 * cancelled here. It goes back by a jump: a shadow stack has no entry for it.
 */
#include "syscall/dispatch_frame.h"

#include <asm/unistd.h>

#define SIGSYS_NUMBER	    31
#define SET_MASK	    2	/* SIG_SETMASK */
#define SET_USER_DISPATCH   59	/* PR_SET_SYSCALL_USER_DISPATCH */

	.macro function name
	.globl \name
	.hidden \name
	.type \name, @function
\name:
	.cfi_startproc
	.endm
	.macro end name
	.cfi_endproc
	.size \name, . - \name
	.endm

	.text
	function dispatch_call
	pushq %rbx
	.cfi_adjust_cfa_offset 8
	.cfi_offset rbx, -16
	movq %rdi, %rbx
	movq FRAME_NR(%rbx), %rax
	load_arguments %rbx
	syscall
	.globl dispatch_called
	.hidden dispatch_called
dispatch_called:
	popq %rbx
	.cfi_adjust_cfa_offset -8
	.cfi_restore rbx
	ret
	end dispatch_call

	/* The 32-bit convention: ebx, ecx, edx, esi, edi, ebp. */
	function dispatch_int80
	pushq %rbx
	.cfi_adjust_cfa_offset 8
	.cfi_offset rbx, -16
	pushq %rbp
	.cfi_adjust_cfa_offset 8
	.cfi_offset rbp, -24
	movq FRAME_NR(%rdi), %rax
	movq FRAME_A(%rdi), %rbx
	movq FRAME_A + 8(%rdi), %rcx
	movq FRAME_A + 16(%rdi), %rdx
	movq FRAME_A + 24(%rdi), %rsi
	movq FRAME_A + 40(%rdi), %rbp
	movq FRAME_A + 32(%rdi), %rdi
	int $0x80
	popq %rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore rbp
	popq %rbx
	.cfi_adjust_cfa_offset -8
	.cfi_restore rbx
	ret
	end dispatch_int80

	.macro keep_way_back
	.cfi_def_cfa rsp, 0
	.cfi_register rip, rcx
	leaq -ZONE_BYTES(%rsp), %rsp
	.cfi_def_cfa_offset ZONE_BYTES
	pushq %rcx
	.cfi_def_cfa_offset ZONE_BYTES + 8
	.cfi_offset rip, -(ZONE_BYTES + 8)
	.endm
	.macro go_back
	popq %rcx
	.cfi_def_cfa_offset ZONE_BYTES
	.cfi_register rip, rcx
	leaq ZONE_BYTES(%rsp), %rsp
	.cfi_def_cfa_offset 0
	jmp *%rcx
	.endm

	/* From here on as the program. rcx is where it goes on, as the kernel left it. */
	function dispatch_forward
	keep_way_back
	pushq %rbx
	.cfi_def_cfa_offset ZONE_BYTES + 16
	.cfi_offset rbx, -(ZONE_BYTES + 16)
	movq %rsp, %rbx
	.cfi_def_cfa_register rbx
	subq $CAUGHT_BYTES, %rsp
	andq $-16, %rsp
	store_call
	movq %rcx, FRAME_RESUME(%rsp)
	movq %r11, FRAME_R11(%rsp)
	leaq ZONE_BYTES + 16(%rbx), %rcx
	movq %rcx, FRAME_SP(%rsp)
	movq %rsp, %rdi
	call dispatch_enter
	movq FRAME_NR(%rsp), %rax
	load_arguments %rsp
	syscall
	.globl dispatch_forwarded
	.hidden dispatch_forwarded
dispatch_forwarded:
	movq %rax, FRAME_RESULT(%rsp)
	movq %rax, %rsi
	movq %rsp, %rdi
	call dispatch_exit
	load_arguments %rsp
	movq FRAME_RESULT(%rsp), %rax
	movq %rbx, %rsp
	.cfi_def_cfa_register rsp
	popq %rbx
	.cfi_def_cfa_offset ZONE_BYTES + 8
	.cfi_restore rbx
	go_back
	end dispatch_forward

	function dispatch_pass
	keep_way_back
	syscall
	.globl dispatch_passed
	.hidden dispatch_passed
dispatch_passed:
	go_back
	end dispatch_pass

	/* rt_sigreturn and exit: the stack pointer is the program's, and nothing comes after. */
	function dispatch_leave
	.cfi_def_cfa rsp, 0
	.cfi_register rip, rcx
	syscall
	hlt
	end dispatch_leave

	/* DW_CFA_expression (0x10): RIP (16) and r9 are saved at an offset from r9. */
	.macro saved_in_fork
	.cfi_def_cfa rsp, 0
	.cfi_escape 0x10, 16, 2, 0x79, FORK_RESUME
	.cfi_escape 0x10, 9, 2, 0x79, FORK_R9
	.endm

	.macro set_forked_mask
	movl $__NR_rt_sigprocmask, %eax
	movl $SET_MASK, %edi
	leaq FORK_MASK(%r9), %rsi
	xorl %edx, %edx
	movl $8, %r10d
	syscall
	.endm

	/* Ends with the struct in r9, where to go in rcx, and in r11 what goes to r9 last. */
	.macro load_forked
	movq FORK_RDI(%r9), %rdi
	movq FORK_RSI(%r9), %rsi
	movq FORK_RDX(%r9), %rdx
	movq FORK_R10(%r9), %r10
	movq FORK_R8(%r9), %r8
	load_resume
	.endm
	.macro load_resume
	movq FORK_RESUME(%r9), %rcx
	.cfi_register rip, rcx
	movq FORK_R9(%r9), %r11
	.cfi_register r9, r11
	.endm
	.macro go_on
	movq %r11, %r9
	.cfi_restore r9
	jmp *%rcx
	.endm

	/*
	 * No stack is touched: the child's may be new, or the parent's own, which
	 * the child goes on to use while the parent waits. What both need is in a
	 * struct fork, to which r9 points; the kernel has no use for r9 here.
	 * All signals are blocked, so that no handler runs in the child before it
	 * is armed.
	 */
	function dispatch_clone
	saved_in_fork
	syscall
	testq %rax, %rax
	jne parent
	testl $FORK_CLEARS, FORK_FLAGS(%r9)
	je 1f
	movl $__NR_rt_sigaction, %eax
	movl $SIGSYS_NUMBER, %edi
	leaq dispatch_action(%rip), %rsi
	xorl %edx, %edx
	movl $8, %r10d
	syscall
1:	testl $FORK_ARMS, FORK_FLAGS(%r9)
	je 2f
	movl $__NR_prctl, %eax
	movl $SET_USER_DISPATCH, %edi
	movl $1, %esi
	movq own_text(%rip), %rdx
	movq own_text + 8(%rip), %r10
	xorl %r8d, %r8d
	syscall
	/* Whoever was asked to disarm before that is armed all the same now. */
	cmpl $STATE_ON, dispatch_current(%rip)
	je 2f
	movl $__NR_prctl, %eax
	movl $SET_USER_DISPATCH, %edi
	xorl %esi, %esi
	xorl %edx, %edx
	xorl %r10d, %r10d
	syscall
2:	set_forked_mask
	xorl %eax, %eax
	load_forked
	testl $FORK_BORROWS, FORK_FLAGS(%r9)
	jne 3f
	lock decl FORK_USERS(%r9)
3:	go_on

parent:
	saved_in_fork
	movq %rax, %r8
	set_forked_mask
	movq %r8, %rax
	load_forked
	testq %rax, %rax
	js 4f
	testl $FORK_SHARES, FORK_FLAGS(%r9)
	je 4f
	lock decl FORK_USERS(%r9)
	go_on
4:	.cfi_register r9, r11
	movl $0, FORK_USERS(%r9)
	go_on
	end dispatch_clone

	/* The call takes away the stack. */
	function dispatch_alone
	saved_in_fork
	syscall
	load_resume
	movl $0, FORK_USERS(%r9)
	go_on
	end dispatch_alone

	.section .note.GNU-stack, "", @progbits
