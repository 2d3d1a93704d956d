/*
 * slots.S - where the rewritten system calls of libc come to, and whence they go back.
 *
 * A place in libc is rewritten to jump to a slot of its own, which says which
 * place it was: nothing else does, for a jump leaves no return address. What
 * follows behaves as the syscall instruction would: it changes rax, rcx and r11
 * and nothing else, neither vector registers nor the 128 bytes below the stack
 * pointer, which belong to the function that came here.
 *
 * The caller of the code here, for whoever unwinds, is that function: the value
 * of the stack pointer is its own, and the return address stands in the slot's
 * entry in the table, SLOTS * SLOT_BYTES behind the slot. That must be right at
 * every instruction, since signals come at every instruction.
 *
 * It goes back by a jump and not by ret: a shadow stack has no entry for it.
 */
#include "syscall/frame.h"

#define RED_ZONE 136 /* 128, and 8 to keep what is pushed at odd multiples of 8 */

/* DWARF: the value of a register in the caller (DW_CFA_val_expression, 0x16), here of RIP (16). */
#define RESUME_OF_SLOT \
	.cfi_escape 0x16, 16, 10, /* ((rip & -16) + table) dereferenced: */ \
		0x80, 0,			/* DW_OP_breg16 0 */ \
		0x09, 0xf0,			/* DW_OP_const1s -16 */ \
		0x1a,				/* DW_OP_and */ \
		0x23, 0x80, 0x80, 0x01,		/* DW_OP_plus_uconst 16384 */ \
		0x06				/* DW_OP_deref */
#define RESUME_BY_ENTRY_IN_RCX \
	.cfi_escape 0x16, 16, 3, 0x72, 0, 0x06	/* DW_OP_breg2 0, DW_OP_deref */
#define RESUME_BY_ENTRY_ON_STACK \
	.cfi_escape 0x16, 16, 6, /* on a stack that holds the CFA: */ \
		0x0b, 0x70, 0xff,		/* DW_OP_const2s -144 */ \
		0x22,				/* DW_OP_plus */ \
		0x06, 0x06			/* DW_OP_deref, DW_OP_deref */

	/* For cancel.c, which looks between which of these a thread is. */
	.macro label name
	.globl \name
	.hidden \name
\name:
	.endm

	.section .text.slots, "ax", @progbits
	.globl hook_slots, hook_table, hook_common, hook_text_end
	.hidden hook_slots, hook_table, hook_common, hook_text_end
	.type hook_common, @function
hook_common:
	.cfi_startproc
	.cfi_def_cfa rsp, 0
	RESUME_BY_ENTRY_IN_RCX
	leaq -RED_ZONE(%rsp), %rsp
	.cfi_def_cfa_offset RED_ZONE
	pushq %rcx
	.cfi_def_cfa_offset RED_ZONE + 8
	RESUME_BY_ENTRY_ON_STACK
	.cfi_remember_state
	label hook_entry_on_stack
	cmpb $FORM_NUMBER, SLOT_FORM(%rcx)
	jne hook_other_form
	label hook_is_number
	movl SLOT_IMMEDIATE(%rcx), %eax
	/* What the open wrapper has announced passes by. */
	movq self@gottpoff(%rip), %rcx
	movl %eax, %r11d
	notl %r11d
	cmpl %r11d, %fs:(%rcx)
	jne record
	cmpq $LARGE_BYTES, %rdx
	ja large
	movl $0, %fs:(%rcx)
	syscall
leave:
	popq %rcx
	.cfi_def_cfa_offset RED_ZONE
	RESUME_BY_ENTRY_IN_RCX
	leaq RED_ZONE(%rsp), %rsp
	.cfi_def_cfa_offset 0
	/* Not by a register that holds the address: libunwind 1.6 can't follow .cfi_register. */
	jmp *SLOT_RESUME(%rcx)
	.cfi_restore_state

	/* Room for a frame, and rbx for the way back to here. */
	.macro make_frame
	pushq %rbx
	.cfi_def_cfa_offset RED_ZONE + 16
	.cfi_offset rbx, -(RED_ZONE + 16)
	movq %rsp, %rbx
	.cfi_def_cfa_register rbx
	subq $FRAME_BYTES, %rsp
	andq $-16, %rsp
	store_call
	movq %r11, FRAME_R11(%rsp)
	leaq RED_ZONE + 16(%rbx), %rcx
	movq %rcx, FRAME_SP(%rsp)
	movq 8(%rbx), %rcx
	movq SLOT_RESUME(%rcx), %rcx
	movq %rcx, FRAME_RESUME(%rsp)
	.endm

	.macro set_cancellable is
	movq self@gottpoff(%rip), %rcx
	movl $\is, %fs:SELF_CANCELLABLE(%rcx)
	.endm

	/* Perhaps a buffer for which the kernel takes more page faults than a ring has room for. */
large:
	btrl $BRACKETED_BIT, %fs:(%rcx)
record:
	make_frame
	.cfi_remember_state
enter:
	movq %rsp, %rdi
	call hook_enter
	movq FRAME_NR(%rsp), %rax
	load_arguments %rsp
	label hook_syscall
	syscall
	label hook_syscall_done
	movq %rax, FRAME_RESULT(%rsp)
	set_cancellable 0
	label hook_syscall_left
	movq %rax, %rsi
	movq %rsp, %rdi
	call hook_exit
	load_arguments %rsp
	movq FRAME_RESULT(%rsp), %rax
unmake:
	movq %rbx, %rsp
	.cfi_def_cfa_register rsp
	popq %rbx
	.cfi_def_cfa_offset RED_ZONE + 8
	.cfi_restore rbx
	jmp leave

	/* Another instruction than the one that loads the number stood there. */
	label hook_other_form
	cmpb $FORM_STORE, SLOT_FORM(%rcx)
	jne 1f
	set_cancellable 1
	label hook_cancellable
	movq (%rsp), %rcx
1:	make_frame
	movq %rbp, FRAME_RBP(%rsp)
	movq %rsp, %rdi
	movq 8(%rbx), %rsi
	call hook_prepare
	cmpl $PREPARED_PASS, %eax
	jb enter
	jne not_before
	movq FRAME_NR(%rsp), %rax
	load_arguments %rsp
	label hook_passed_syscall
	syscall
	label hook_passed_syscall_done
	set_cancellable 0
	label hook_passed_syscall_left
	jmp unmake

not_before:
	cmpl $PREPARED_AFTER, %eax
	jne elsewhere
	load_arguments %rsp
	movq FRAME_NR(%rsp), %rax
	cmpq $-4096, %rax		/* what stood there; nothing from here on changes flags */
	jmp unmake

elsewhere:
	load_arguments %rsp
	movq FRAME_NR(%rsp), %rax
	movq FRAME_R11(%rsp), %r11
	movq FRAME_RESUME(%rsp), %rcx
	.cfi_remember_state
	movq %rbx, %rsp
	.cfi_def_cfa_register rsp
	popq %rbx
	.cfi_def_cfa_offset RED_ZONE + 8
	.cfi_restore rbx
	leaq RED_ZONE + 8(%rsp), %rsp
	.cfi_def_cfa_offset 0
	.cfi_register rip, rcx
	jmp *%rcx
	.cfi_restore_state
	.cfi_restore_state
	.cfi_endproc
	.size hook_common, . - hook_common
	.balign 4096
	.type hook_slots, @function
hook_slots:
	.cfi_startproc
	.cfi_def_cfa rsp, 0
	RESUME_OF_SLOT
	.rept SLOTS
	leaq SLOTS * SLOT_BYTES - 7(%rip), %rcx
	.byte 0xe9			/* jmp hook_common, always of 5 bytes */
	.long hook_common - . - 4
	.balign SLOT_BYTES
	.endr
	.cfi_endproc
	.size hook_slots, . - hook_slots

	/*
	 * Anonymous memory takes this place before the first slot is used. It comes
	 * last: behind it the text is a mapping that begins where no program header
	 * says, and libunwind finds no frames there in another process (strace -k).
	 */
	.type hook_table, @object
hook_table:
	.fill SLOTS * SLOT_BYTES, 1, 0
	.size hook_table, . - hook_table

hook_text_end:

	.section .note.GNU-stack, "", @progbits
