/*
 * exports.S - the names under which the program finds the wrappers: every name of calls.def.
 *
 * A jump and not a second name for the wrapper, because a name can be given
 * only where the wrapper is defined. The return address stays the program's.
 * The names are weak: a wrapper for which the jump is too much (malloc, free)
 * bears its own, and this one gives way when the library is linked.
 */
#define NAME(symbol, wrapper) \
	.weak symbol; .type symbol, @function; .balign 16; \
	symbol: .cfi_startproc; jmp wrapper; .cfi_endproc; .size symbol, . - symbol;

#define CALL(symbol, row, flags, type, parameters, arguments, object, effect) NAME(symbol, wrap_##symbol)
#define CHARACTER_IN(symbol, row, parameters, arguments, stream) NAME(symbol, wrap_##symbol)
#define CHARACTER_OUT(symbol, row, parameters, arguments, stream) NAME(symbol, wrap_##symbol)
#define SPECIAL(symbol, row, flags) NAME(symbol, wrap_##symbol)
#define FOLLOWED(symbol, reason) NAME(symbol, wrap_##symbol)
#define ALIAS(symbol, of) NAME(symbol, wrap_##of)

	.text
#include "shared/calls.def"

	.section .note.GNU-stack, "", @progbits
