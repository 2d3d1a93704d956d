/*
 * own_stack.S - runs a function on another stack: own_stack_switch(function, argument, end).
 */
	.text
	.globl own_stack_switch
	.hidden own_stack_switch
	.type own_stack_switch, @function
own_stack_switch:
	.cfi_startproc
	pushq %rbp
	.cfi_def_cfa_offset 16
	.cfi_offset rbp, -16
	movq %rsp, %rbp
	.cfi_def_cfa_register rbp
	movq %rdx, %rsp
	movq %rdi, %rax
	movq %rsi, %rdi
	call *%rax
	movq %rbp, %rsp
	popq %rbp
	.cfi_def_cfa rsp, 8
	ret
	.cfi_endproc
	.size own_stack_switch, . - own_stack_switch

	.section .note.GNU-stack, "", @progbits
