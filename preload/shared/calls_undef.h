/* calls_undef.h - forgets the macros of calls.def, for the next reader of the table; no guard on
 * purpose. */
#undef CALL
#undef CHARACTER_IN
#undef CHARACTER_OUT
#undef SPECIAL
#undef ALIAS
#undef LEFT_OUT
#undef SYSCALL
