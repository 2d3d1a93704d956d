/*
 * table.c - the tables of columns, kinds, reasons and calls as data.
 */
#include "shared/table.h"

#include <stddef.h>
#include <sys/syscall.h>

const char *const layer_name[LAYERS] = {"library", "syscall", "process"};

const struct column_description column_table[COLUMNS] = {
#define COLUMN(name, unit, meaning) {#name, UNIT_##unit, meaning},
#include "shared/columns.def"
#undef COLUMN
};

const struct kind_description kind_table[KINDS] = {
#define KIND(id, name, read, write, blocks) {name, MOVE_##read, MOVE_##write, blocks},
#include "shared/kinds.def"
#undef KIND
};

const struct reason_description reason_table[REASONS] = {
#define REASON(id, name, meaning) {name, meaning},
#include "shared/reasons.def"
#undef REASON
};

const struct mapping_kind_description mapping_kind_table[MAPPING_KINDS] = {
#define MAPPING(id, name, is_file, meaning) {name, is_file},
#include "shared/mapping_kinds.def"
#undef MAPPING
};

const struct call_description call_table[CALLS] = {
    [CALL_none] = {"(none)", 0, -1, LAYER_LIBRARY},
#define FUNCTION(symbol, row, flags) [CALL_##symbol] = {#row, flags, -1, LAYER_LIBRARY},
#define CALL(symbol, row, flags, type, parameters, arguments, object, effect)                      \
	FUNCTION(symbol, row, flags)
#define CHARACTER_IN(symbol, row, parameters, arguments, stream)  FUNCTION(symbol, row, LIB | MOVES)
#define CHARACTER_OUT(symbol, row, parameters, arguments, stream) FUNCTION(symbol, row, LIB | MOVES)
#define SPECIAL(symbol, row, flags)				  FUNCTION(symbol, row, flags)
#define COPY(symbol, row, type, parameters, bytes, result)                                         \
	[CALL_##symbol] = {#row, IN_PROCESS | MOVES, -1, LAYER_PROCESS},
#define SYSCALL(name, flags, object, effect)                                                       \
	[CALL_sys_##name] = {#name, SYS | flags, SYS_##name, LAYER_SYSCALL},
#include "shared/calls.def"
};

/* FNV-1a, 64 bit: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t fold(uint64_t hash, const char *text)
{
	do {
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
	} while (*text++);
	return hash;
}

uint64_t table_fingerprint(void)
{
	uint64_t hash = 0xcbf29ce484222325;
	for (size_t i = 0; i < COLUMNS; i++)
		hash = fold(hash, column_table[i].name);
	for (size_t i = 0; i < KINDS; i++)
		hash = fold(hash, kind_table[i].name);
	for (size_t i = 0; i < REASONS; i++)
		hash = fold(hash, reason_table[i].name);
	for (size_t i = 0; i < MAPPING_KINDS; i++)
		hash = fold(hash, mapping_kind_table[i].name);
	for (size_t i = 0; i < CALLS; i++)
		hash = fold(hash, call_table[i].name);
	return hash;
}
