/*
 * fields.c - the shape of the trace, key by key.
 */
#include "fields.h"

#include "model.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

#define FIELD_AS(type, key, field_type, absence, member, shape)                                    \
	{                                                                                          \
		key, FIELD_##field_type, ABSENT_##absence, offsetof(type, member), shape           \
	}
#define FIELD(field_type, member)	  FIELD_AS(OF, #member, field_type, NEVER, member, NULL)
#define FIELD_OR_NULL(field_type, member) FIELD_AS(OF, #member, field_type, OR_NULL, member, NULL)
#define FIELD_OR_NONE(field_type, member) FIELD_AS(OF, #member, field_type, LEFT_OUT, member, NULL)
#define FIELD_SINCE(field_type, member)	  FIELD_AS(OF, #member, field_type, OF_OLD, member, NULL)
#define ITEMS_SINCE(member, shape)	  FIELD_AS(OF, #member, LIST, OF_OLD, member, &(shape))
#define OBJECT(member, shape)		  FIELD_AS(OF, #member, OBJECT, NEVER, member, &(shape))
#define OBJECT_OR_NONE(member, shape)	  FIELD_AS(OF, #member, OBJECT, LEFT_OUT, member, &(shape))
#define ITEMS(member, shape)		  FIELD_AS(OF, #member, LIST, NEVER, member, &(shape))
#define SHAPE(name, type, fields)	  static SHARED_SHAPE(name, type, fields)
#define SHARED_SHAPE(name, type, fields)                                                           \
	const struct shape name = {sizeof(type), COUNT_OF(fields), fields}

#define OF struct call_row
static const struct field call_fields[] = {
    FIELD(TEXT, layer),
    FIELD(TEXT, name),
    FIELD(COUNTS, counts),
    FIELD(SIZES, sizes),
};
SHAPE(call_shape, OF, call_fields);
#undef OF

#define OF struct object_row
static const struct field object_fields[] = {
    FIELD(TEXT, kind),
    FIELD(TEXT, name),
    FIELD(COUNTS, counts),
};
SHAPE(object_shape, OF, object_fields);
#undef OF

#define OF struct stack_row
static const struct field stack_row_fields[] = {
    FIELD(TEXT, layer),	      FIELD(TEXT, name),     FIELD_OR_NULL(NUMBER, stack),
    FIELD_OR_NONE(TEXT, why), FIELD(COUNTS, counts),
};
SHAPE(stack_row_shape, OF, stack_row_fields);
#undef OF

#define OF struct flow_end
static const struct field flow_end_fields[] = {FIELD(TEXT, kind), FIELD(TEXT, name)};
SHAPE(flow_end_shape, OF, flow_end_fields);
#undef OF

#define OF struct flow_row
static const struct field flow_fields[] = {
    FIELD(TEXT, layer),		  FIELD(TEXT, name),	 OBJECT(source, flow_end_shape),
    OBJECT(sink, flow_end_shape), FIELD(COUNTS, counts),
};
SHAPE(flow_shape, OF, flow_fields);
#undef OF

#define OF struct mapping_row
static const struct field mapping_fields[] = {
    FIELD(TEXT, kind),
    FIELD(TEXT, name),
    FIELD(BOOL, shared),
    FIELD(NUMBER, maps),
    FIELD(NUMBER, mapped_bytes),
    FIELD(NUMBER, populated_bytes),
    FIELD_OR_NULL(NUMBER, mapped_in_bytes),
    FIELD_OR_NULL(NUMBER, private_bytes),
    FIELD(NUMBER, unclaimed_pages),
    FIELD(NUMBER, minor),
    FIELD(NUMBER, major),
    FIELD(NUMBER, zero_filled_bytes),
    FIELD(NUMBER, cow_bytes),
};
SHAPE(mapping_shape, OF, mapping_fields);
#undef OF

#define OF struct resizes
static const struct field resizes_fields[] = {
    FIELD_OR_NONE(NUMBER, in_place),	   FIELD_OR_NONE(NUMBER, remapped),
    FIELD_OR_NONE(NUMBER, remapped_bytes), FIELD_OR_NONE(NUMBER, copied),
    FIELD_OR_NONE(NUMBER, copied_bytes),
};
SHAPE(resizes_shape, OF, resizes_fields);
#undef OF

#define OF struct temporary
static const struct field temporary_fields[] = {
    FIELD_OR_NONE(NUMBER, allocations),
    FIELD_OR_NONE(NUMBER, bytes),
};
SHAPE(temporary_shape, OF, temporary_fields);
#undef OF

#define OF struct never_freed
static const struct field never_freed_fields[] = {
    FIELD_OR_NONE(NUMBER, blocks),
    FIELD_OR_NONE(NUMBER, bytes),
};
SHAPE(never_freed_shape, OF, never_freed_fields);
#undef OF

#define OF struct allocation_row
static const struct field allocation_fields[] = {
    FIELD_OR_NULL(NUMBER, stack),     FIELD_OR_NONE(TEXT, why),	 FIELD(NUMBER, allocations),
    FIELD(NUMBER, asked_bytes),	      FIELD(NUMBER, peak_bytes), FIELD(NUMBER, never_freed_blocks),
    FIELD(NUMBER, never_freed_bytes), FIELD(NUMBER, temporary),
};
SHAPE(allocation_shape, OF, allocation_fields);
#undef OF

#define OF struct large_block_row
static const struct field large_block_fields[] = {
    FIELD_OR_NULL(NUMBER, stack),
    FIELD_OR_NONE(TEXT, why),
    FIELD(NUMBER, bytes),
    FIELD(NUMBER, blocks),
    FIELD(NUMBER, reserved_bytes),
    FIELD_OR_NULL(NUMBER, faulted_bytes),
    FIELD_OR_NULL(NUMBER, backed_bytes),
    FIELD_SINCE(NUMBER, looked_at),
    FIELD(NUMBER, freed),
};
SHAPE(large_block_shape, OF, large_block_fields);
#undef OF

#define OF struct memory
static const struct field memory_fields[] = {
    FIELD(NUMBER, allocations),
    FIELD(NUMBER, asked_bytes),
    FIELD(NUMBER, frees),
    FIELD(SIGNED, live_bytes),
    FIELD(SIGNED, peak_live_bytes),
    FIELD(NUMBER, peak_slack_bytes),
    FIELD(SIZES, sizes),
    FIELD_OR_NONE(NUMBER, reserved_bytes),
    FIELD_OR_NONE(NUMBER, faulted_bytes),
    FIELD_OR_NONE(NUMBER, backed_bytes),
    FIELD_OR_NONE(NUMBER, peak_backed_bytes),
    OBJECT_OR_NONE(resizes, resizes_shape),
    OBJECT_OR_NONE(temporary, temporary_shape),
    OBJECT_OR_NONE(never_freed, never_freed_shape),
    ITEMS_SINCE(mappings, mapping_shape),
    ITEMS_SINCE(by_stack, allocation_shape),
    ITEMS_SINCE(large_blocks, large_block_shape),
};
SHAPE(memory_shape, OF, memory_fields);
#undef OF

#define OF struct fault_row
static const struct field fault_row_fields[] = {
    FIELD(TEXT, reason),	 FIELD_OR_NULL(NUMBER, mapping),   FIELD_OR_NULL(TEXT, layer),
    FIELD_OR_NULL(TEXT, call),	 FIELD_OR_NULL(NUMBER, stack),	   FIELD(NUMBER, minor),
    FIELD(NUMBER, major),	 FIELD(NUMBER, zero_filled_bytes), FIELD(NUMBER, cow_bytes),
    FIELD(NUMBER, reused_pages),
};
SHAPE(fault_row_shape, OF, fault_row_fields);
#undef OF

#define OF struct page_run
static const struct field page_run_fields[] = {
    FIELD(TEXT, what),
    FIELD(NUMBER, from_page),
    FIELD(NUMBER, pages),
    FIELD(NUMBER, first_ns),
    FIELD(NUMBER, last_ns),
    FIELD_OR_NULL(NUMBER, since_ns),
    FIELD(BOOL, huge),
    FIELD_OR_NULL(NUMBER, row),
    FIELD_OR_NONE(NUMBER, copied_least),
    FIELD_OR_NONE(NUMBER, copied_most),
};
SHAPE(page_run_shape, OF, page_run_fields);
#undef OF

#define OF struct folded_runs
static const struct field folded_fields[] = {
    FIELD(TEXT, what),	     FIELD(NUMBER, runs),
    FIELD(NUMBER, pages),    FIELD(NUMBER, from_page),
    FIELD(NUMBER, end_page), FIELD(NUMBER, first_ns),
    FIELD(NUMBER, last_ns),  FIELD_OR_NULL(NUMBER, since_ns),
};
SHAPE(folded_shape, OF, folded_fields);
#undef OF

#define OF struct fork_row
static const struct field fork_fields[] = {
    FIELD(TEXT, side),
    FIELD_OR_NULL(NUMBER, pid),
    FIELD_AS(OF, "time", SECONDS, NEVER, time_ns, NULL),
    FIELD(NUMBER, made_ns),
    FIELD_OR_NULL(NUMBER, cost_ns),
    FIELD_OR_NULL(NUMBER, reaped_ns),
    FIELD_OR_NULL(NUMBER, present_bytes),
    FIELD_OR_NULL(NUMBER, copied_bytes_least),
    FIELD_OR_NULL(NUMBER, copied_bytes_most),
    FIELD_OR_NULL(NUMBER, reused_pages),
    FIELD_OR_NONE(TEXT, why),
    FIELD(NUMBER, runs_folded),
    ITEMS(folded, folded_shape),
    ITEMS(runs, page_run_shape),
};
SHAPE(fork_shape, OF, fork_fields);
#undef OF

#define OF struct faults
static const struct field faults_fields[] = {
    FIELD_OR_NULL(NUMBER, minor),
    FIELD_OR_NULL(NUMBER, major),
    FIELD_OR_NULL(NUMBER, attributed_minor),
    FIELD_OR_NULL(NUMBER, attributed_major),
    FIELD_OR_NULL(SIGNED, unattributed_minor),
    FIELD_OR_NULL(SIGNED, unattributed_major),
    FIELD_OR_NONE(NUMBER, before_minor),
    FIELD_OR_NONE(NUMBER, before_major),
    FIELD_OR_NONE(NUMBER, own_minor),
    FIELD_OR_NONE(NUMBER, own_major),
    FIELD_OR_NONE(NUMBER, lost),
    FIELD(TEXT, level),
    FIELD_SINCE(TEXTS, why),
    ITEMS_SINCE(rows, fault_row_shape),
    FIELD_OR_NONE(NUMBER, begun_ns),
    FIELD_OR_NONE(NUMBER, ended_ns),
    FIELD_OR_NONE(NUMBER, forks_folded),
    ITEMS_SINCE(forks, fork_shape),
};
SHAPE(faults_shape, OF, faults_fields);
#undef OF

#define OF struct audit
static const struct field audit_fields[] = {
    FIELD_OR_NULL(SIGNED, rchar),
    FIELD_OR_NULL(SIGNED, wchar),
    FIELD_OR_NULL(SIGNED, loader_bytes),
    FIELD_OR_NULL(SIGNED, reaped_to_user),
    FIELD_OR_NULL(SIGNED, reaped_from_user),
    FIELD_OR_NULL(SIGNED, explained_to_user),
    FIELD_OR_NULL(SIGNED, explained_from_user),
    FIELD_OR_NULL(SIGNED, unattributed_to_user),
    FIELD_OR_NULL(SIGNED, unattributed_from_user),
    FIELD_OR_NULL(SIGNED, read_bytes),
    FIELD_OR_NULL(SIGNED, write_bytes),
    FIELD_OR_NULL(SIGNED, unwritten_bytes),
    FIELD(TEXTS, why),
};
SHAPE(audit_shape, OF, audit_fields);
#undef OF

#define OF struct layer_coverage
static const struct field layer_fields[] = {FIELD(BOOL, on), FIELD_OR_NONE(TEXT, why)};
SHAPE(layer_shape, OF, layer_fields);
#undef OF

#define OF struct sites
static const struct field sites_fields[] = {
    FIELD(NUMBER, found),
    FIELD(NUMBER, rewritten),
    FIELD(NUMBER, left_alone),
};
SHAPE(sites_shape, OF, sites_fields);
#undef OF

#define OF struct syscall_coverage
static const struct field syscall_layer_fields[] = {
    FIELD(BOOL, on),
    FIELD_OR_NONE(TEXT, why),
    OBJECT(sites, sites_shape),
};
SHAPE(syscall_layer_shape, OF, syscall_layer_fields);
#undef OF

#define OF struct copies_coverage
static const struct field copies_fields[] = {
    FIELD_OR_NONE(TEXT, why), /* first: by it the whole is known to be absent */
    FIELD(BOOL, on),
    FIELD_SINCE(NUMBER, places_cut),
};
SHAPE(copies_shape, OF, copies_fields);
#undef OF

#define OF struct rings
static const struct field rings_fields[] = {
    FIELD(NUMBER, io_uring),
    FIELD(NUMBER, aio),
    FIELD(NUMBER, unread),
    FIELD(NUMBER, requests_unmatched),
};
SHAPE(rings_shape, OF, rings_fields);
#undef OF

#define OF struct untraced_row
static const struct field untraced_fields[] = {
    FIELD(TEXT, path),
    FIELD(TEXT, why),
    FIELD(NUMBER, times),
};
SHAPE(untraced_shape, OF, untraced_fields);
#undef OF

#define OF struct coverage
static const struct field coverage_fields[] = {
    OBJECT(library_layer, layer_shape),
    OBJECT(syscall_layer, syscall_layer_shape),
    OBJECT(exhaustive, layer_shape),
    OBJECT(stacks, layer_shape),
    OBJECT_OR_NONE(copies, copies_shape),
    OBJECT(rings, rings_shape),
    ITEMS(untraced, untraced_shape),
    FIELD(NUMBER, untraced_folded),
    FIELD_SINCE(NUMBER, untraced_processes_folded),
    FIELD(NUMBER, objects_folded),
    FIELD(NUMBER, stacks_folded),
    FIELD(NUMBER, cells_folded),
    FIELD(NUMBER, threads),
    FIELD(NUMBER, threads_left),
    FIELD(NUMBER, threads_unrecorded),
    FIELD(NUMBER, calls_nested),
    FIELD(NUMBER, stacks_checked),
    FIELD(NUMBER, stacks_wrong),
    FIELD(NUMBER, stacks_skipped),
    FIELD_SINCE(NUMBER, allocations_folded),
    FIELD_SINCE(NUMBER, blocks_unknown),
    FIELD_SINCE(NUMBER, large_blocks_folded),
};
SHAPE(coverage_shape, OF, coverage_fields);
#undef OF

#define OF struct fate
static const struct field fate_fields[] = {
    FIELD(TEXT, how),
    FIELD_OR_NONE(SIGNED, status),
    FIELD_OR_NONE(SIGNED, signal),
    FIELD_OR_NONE(BOOL, core_dumped),
};
SHAPE(fate_shape, OF, fate_fields);
#undef OF

#define USAGE                                                                                      \
	FIELD_AS(OF, "user_ns", NUMBER, OR_NULL, usage.user_ns, NULL),                             \
	    FIELD_AS(OF, "system_ns", NUMBER, OR_NULL, usage.system_ns, NULL),                     \
	    FIELD_AS(OF, "max_rss_bytes", NUMBER, OR_NULL, usage.max_rss_bytes, NULL),             \
	    FIELD_AS(OF, "minor_faults", NUMBER, OR_NULL, usage.minor_faults, NULL),               \
	    FIELD_AS(OF, "major_faults", NUMBER, OR_NULL, usage.major_faults, NULL)

#define OF struct child_row
static const struct field child_fields[] = {
    FIELD(NUMBER, pid),
    FIELD_AS(OF, "end", SECONDS, NEVER, end_ns, NULL),
    OBJECT(exit, fate_shape),
    USAGE,
};
SHAPE(child_shape, OF, child_fields);
#undef OF

#define OF struct untraced_process_row
static const struct field untraced_process_fields[] = {
    FIELD(NUMBER, pid),
    FIELD(NUMBER, ppid),
    FIELD(TEXT, path),
    FIELD(TEXT, why),
    FIELD_AS(OF, "start", SECONDS, NEVER, start_ns, NULL),
    FIELD_AS(OF, "end", SECONDS, OR_NULL, end_ns, NULL),
    OBJECT(exit, fate_shape),
    USAGE,
};
SHARED_SHAPE(untraced_process_shape, OF, untraced_process_fields);
#undef OF

static const struct field total_fields[] = {{"", FIELD_COUNTS, ABSENT_NEVER, 0, NULL}};
SHAPE(totals_shape, struct counts, total_fields);

#define OF struct process
static const struct field process_fields[] = {
    FIELD(NUMBER, pid),
    FIELD(NUMBER, ppid),
    FIELD(NUMBER, image),
    FIELD(TEXT, exe),
    FIELD(TEXTS, argv),
    FIELD(TEXT, directory),
    FIELD(BOOL, forked),
    FIELD_AS(OF, "start", SECONDS, NEVER, start_ns, NULL),
    FIELD_AS(OF, "end", SECONDS, OR_NULL, end_ns, NULL),
    OBJECT(exit, fate_shape),
    OBJECT(totals, totals_shape),
    ITEMS(by_call, call_shape),
    ITEMS(by_object, object_shape),
    ITEMS(by_stack, stack_row_shape),
    ITEMS(flows, flow_shape),
    ITEMS_SINCE(children, child_shape),
    FIELD_SINCE(NUMBER, children_folded),
    OBJECT(memory, memory_shape),
    OBJECT(faults, faults_shape),
    OBJECT(audit, audit_shape),
    OBJECT(coverage, coverage_shape),
};
SHARED_SHAPE(process_shape, OF, process_fields);
#undef OF

#define OF struct frame
static const struct field frame_fields[] = {
    FIELD_OR_NULL(TEXT, module),
    FIELD_OR_NULL(TEXT, build_id),
    FIELD(NUMBER, offset),
    FIELD_OR_NULL(TEXT, function),
    FIELD_OR_NULL(NUMBER, function_offset),
    FIELD_OR_NONE(TEXT, file),
    FIELD_OR_NONE(NUMBER, line),
};
SHARED_SHAPE(frame_shape, OF, frame_fields);
#undef OF

static const struct field stack_fields[] = {{NULL, FIELD_NUMBERS, ABSENT_NEVER, 0, NULL}};
SHARED_SHAPE(stack_shape, struct frames, stack_fields);

#define OF struct host
static const struct field host_fields[] = {
    FIELD(TEXT, name),
    FIELD(TEXT, kernel),
    FIELD(TEXT, machine),
    FIELD(NUMBER, page_bytes),
};
SHARED_SHAPE(host_shape, OF, host_fields);
#undef OF

#define OF struct identity
static const struct field identity_fields[] = {FIELD(NUMBER, schema), FIELD(TEXT, version)};
SHAPE(identity_shape, OF, identity_fields);
#undef OF

#define OF struct trace
static const struct field trace_fields[] = {
    OBJECT(copytrace, identity_shape),
    OBJECT(host, host_shape),
    OBJECT(totals, totals_shape),
    ITEMS(processes, process_shape),
    ITEMS_SINCE(untraced_processes, untraced_process_shape),
    ITEMS(frames, frame_shape),
    ITEMS(stacks, stack_shape),
};
const struct shape trace_shape = {sizeof(OF), COUNT_OF(trace_fields), trace_fields};
#undef OF

size_t field_item_bytes(const struct field *field)
{
	switch (field->type) {
	case FIELD_TEXTS:
		return sizeof(const char *);
	case FIELD_NUMBERS:
		return sizeof(uint64_t);
	default:
		return field->shape->bytes;
	}
}
