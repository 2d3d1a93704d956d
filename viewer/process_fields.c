/*
 * process_fields.c - the numbers of "memory", "faults", "audit" and "coverage" by name, over all
 * processes of a trace.
 */
#include "process_fields.h"

#include <string.h>

#define FIELD(member, name, unit, ...)                                                             \
	{                                                                                          \
		name, UNIT_##unit, offsetof(struct process, member), __VA_ARGS__                   \
	}
#define MEMORY(member, name, unit, ...)                                                            \
	FIELD(memory.member, name, unit, .group = GROUP_MEMORY, ##__VA_ARGS__)
#define FAULTS(member, ...)                                                                        \
	FIELD(faults.member, #member, COUNT, .varies = true, .group = GROUP_FAULTS, ##__VA_ARGS__)

#define AUDIT(member)                                                                              \
	FIELD(audit.member, #member, BYTES, .is_signed = true, .varies = true, .group = GROUP_AUDIT)

/* Each is told of by who executed it, but for the command of record itself. */
int64_t trace_untraced(const struct trace *trace)
{
	uint64_t executed = 0;

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct coverage *coverage = &trace->processes.items[i].coverage;
		executed = number_add(executed, coverage->untraced_folded);
		for (size_t k = 0; k < coverage->untraced.count; k++)
			executed = number_add(executed, coverage->untraced.items[k].times);
	}
	if (executed < trace->untraced_processes.count)
		executed = trace->untraced_processes.count;
	return executed == UNKNOWN ? UNKNOWN_SIGNED : (int64_t)executed;
}

/* Peaks of processes don't come at the same time, so their sum would be nobody's. */
const struct process_field process_fields[PROCESS_FIELDS] = {
    MEMORY(allocations, "allocations", COUNT),
    MEMORY(asked_bytes, "asked_bytes", BYTES),
    MEMORY(frees, "frees", COUNT),
    MEMORY(live_bytes, "live_bytes", BYTES, .is_signed = true),
    MEMORY(peak_live_bytes, "peak_live_bytes", BYTES, .is_signed = true, .largest = true),
    MEMORY(peak_slack_bytes, "peak_slack_bytes", BYTES, .largest = true),
    MEMORY(never_freed.blocks, "never_freed_blocks", COUNT),
    MEMORY(never_freed.bytes, "never_freed_bytes", BYTES),
    MEMORY(temporary.allocations, "temporary_allocations", COUNT),
    MEMORY(temporary.bytes, "temporary_bytes", BYTES),
    MEMORY(resizes.in_place, "resizes_in_place", COUNT),
    MEMORY(resizes.remapped, "resizes_remapped", COUNT),
    MEMORY(resizes.remapped_bytes, "resizes_remapped_bytes", BYTES),
    MEMORY(resizes.copied, "resizes_copied", COUNT),
    MEMORY(resizes.copied_bytes, "resizes_copied_bytes", BYTES),
    MEMORY(reserved_bytes, "reserved_bytes", BYTES, .varies = true),
    MEMORY(faulted_bytes, "faulted_bytes", BYTES, .varies = true),
    MEMORY(backed_bytes, "backed_bytes", BYTES, .varies = true),
    MEMORY(peak_backed_bytes, "peak_backed_bytes", BYTES, .largest = true, .varies = true),
    FAULTS(minor),
    FAULTS(major),
    FAULTS(attributed_minor),
    FAULTS(attributed_major),
    FAULTS(unattributed_minor, .is_signed = true),
    FAULTS(unattributed_major, .is_signed = true),
    FAULTS(before_minor),
    FAULTS(before_major),
    FAULTS(own_minor),
    FAULTS(own_major),
    FAULTS(lost),
    AUDIT(rchar),
    AUDIT(wchar),
    AUDIT(loader_bytes),
    AUDIT(unattributed_to_user),
    AUDIT(unattributed_from_user),
    AUDIT(read_bytes),
    AUDIT(write_bytes),
    AUDIT(unwritten_bytes),
    {"untraced", UNIT_COUNT, .of = trace_untraced, .group = GROUP_COVERAGE},
};

static int64_t value_of(const struct process *process, const struct process_field *field)
{
	int64_t value;

	/* Numbers from a trace are below 2^63, so the unsigned ones fit. */
	memcpy(&value, (const char *)process + field->at, sizeof(value));
	return !field->is_signed && (uint64_t)value == UNKNOWN ? UNKNOWN_SIGNED : value;
}

int64_t process_field_value(const struct trace *trace, int field)
{
	const struct process_field *description = &process_fields[field];
	int64_t value = 0;

	if (description->of)
		return description->of(trace);
	for (size_t i = 0; i < trace->processes.count; i++) {
		int64_t one = value_of(&trace->processes.items[i], description);
		if (!description->largest)
			value = number_add_signed(value, one);
		else if (one == UNKNOWN_SIGNED)
			return one;
		else if (one > value || !i)
			value = one;
	}
	return value;
}
