/*
 * table.h - the tables of calls, columns, kinds and reasons as C: enumerations, names, flags.
 */
#ifndef SHARED_TABLE_H
#define SHARED_TABLE_H

#include <stdbool.h>
#include <stdint.h>

enum column {
#define COLUMN(name, unit, meaning) COLUMN_##name,
#include "shared/columns.def"
#undef COLUMN
	COLUMNS
};

enum unit { UNIT_COUNT, UNIT_BYTES, UNIT_NS };

struct column_description {
	const char *name;
	enum unit unit;
	const char *meaning;
};
extern const struct column_description column_table[COLUMNS];

enum layer { LAYER_LIBRARY, LAYER_SYSCALL, LAYER_PROCESS, LAYERS };
extern const char *const layer_name[LAYERS];

/* What the CPU does with the bytes of a read or a write on an object of a kind. */
enum movement { MOVE_COPY, MOVE_ZERO, MOVE_DISCARD, MOVE_DMA };

enum kind {
#define KIND(id, name, read, write, blocks) KIND_##id,
#include "shared/kinds.def"
#undef KIND
	KINDS
};

struct kind_description {
	const char *name;
	uint8_t on_read;  /* enum movement */
	uint8_t on_write; /* enum movement */
	bool blocks;
};
extern const struct kind_description kind_table[KINDS];

/* What a page fault was for. */
enum reason {
#define REASON(id, name, meaning) REASON_##id,
#include "shared/reasons.def"
#undef REASON
	REASONS
};

struct reason_description {
	const char *name;
	const char *meaning;
};
extern const struct reason_description reason_table[REASONS];

/* What can lie at an address. */
enum mapping_kind {
#define MAPPING(id, name, is_file, meaning) MAPPING_##id,
#include "shared/mapping_kinds.def"
#undef MAPPING
	MAPPING_KINDS
};

struct mapping_kind_description {
	const char *name;
	bool is_file;
};
extern const struct mapping_kind_description mapping_kind_table[MAPPING_KINDS];

/* Flags of a call; their meaning stands in calls.def. */
#define SYS(name) (SYS | (uint32_t)CALL_sys_##name << 16)
enum {
	SYS = 1 << 0,
	LIB = 1 << 1,
	MOVES = 1 << 2,
	RCHAR = 1 << 3,
	WCHAR = 1 << 4,
	ALLOC = 1 << 5,
	IN_PROCESS = 1 << 6,
};

/* One number for each interposed symbol, and one for each system call that is accounted. */
enum call {
	CALL_none,
#define CALL(symbol, row, flags, type, parameters, arguments, object, effect) CALL_##symbol,
#define CHARACTER_IN(symbol, row, parameters, arguments, stream)	      CALL_##symbol,
#define CHARACTER_OUT(symbol, row, parameters, arguments, stream)	      CALL_##symbol,
#define SPECIAL(symbol, row, flags)					      CALL_##symbol,
#define COPY(symbol, row, type, parameters, bytes, result)		      CALL_##symbol,
#define SYSCALL(name, flags, object, effect)				      CALL_sys_##name,
#include "shared/calls.def"
	CALLS
};

struct call_description {
	const char *name;
	uint32_t flags;
	int16_t number; /* of a system call: the kernel's; else -1 */
	uint8_t layer;	/* enum layer */
};
extern const struct call_description call_table[CALLS];

/* The system call that a function is, where that is accounted; else CALL_none. */
static inline enum call call_crossing(enum call call)
{
	return (enum call)(call_table[call].flags >> 16);
}

/*
 * A number that differs when any of the tables does: a region written under
 * other tables can't be read, since its rows are numbered by them.
 */
uint64_t table_fingerprint(void);

#endif
