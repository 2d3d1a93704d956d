/*
 * vfork.S - vfork: it returns twice on one stack, so no function of ours may stand between.
 *
 * The call is counted, then the real vfork is jumped to with the stack as the
 * program left it.
 */
	.text
	.globl wrap_vfork
	.hidden wrap_vfork
	.type wrap_vfork, @function
wrap_vfork:
	.cfi_startproc
	leaq 8(%rsp), %rdi
	subq $8, %rsp
	.cfi_adjust_cfa_offset 8
	call vfork_entered
	addq $8, %rsp
	.cfi_adjust_cfa_offset -8
	jmp *%rax
	.cfi_endproc
	.size wrap_vfork, . - wrap_vfork

	.section .note.GNU-stack, "", @progbits
