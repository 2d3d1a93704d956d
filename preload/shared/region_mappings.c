/*
 * region_mappings.c - the part of a trace that tells what was mapped, and what memory was behind
 * it.
 */
#include "shared/region_mappings.h"

#include "shared/redact.h"
#include "shared/region_ledger.h"

/* What page faults did in one mapping. */
struct sums {
	uint64_t minor, major, zero_filled_bytes, cow_bytes;
};

/* Of all that are of this mapping; `wanted` is its index and 1 more, or 0 for those of any. */
static struct sums faults_of(const struct region_view *view, uint32_t wanted)
{
	const struct table *cells = &view->region->fault_cells;
	struct sums sums = {0};
	for (uint32_t i = 0; i < table_count(view, cells); i++) {
		const struct fault_cell *cell = table_at(view, cells, i);
		if (!cell || (wanted && cell->mapping != wanted))
			continue;
		sums.minor += cell->minor;
		sums.major += cell->major;
		sums.zero_filled_bytes += cell->zero_filled_bytes;
		sums.cow_bytes += cell->cow_bytes;
	}
	return sums;
}

static void write_name(struct json_out *out, const struct region_view *view,
		       const struct mapping *mapping)
{
	const char *name = text_at(view, &mapping->name);
	bool is_path = mapping->kind < MAPPING_KINDS && mapping_kind_table[mapping->kind].is_file &&
		       mapping->kind != MAPPING_SHARED_ANONYMOUS;
	if (!name || !mapping->ready)
		emit_string(out, "name", "(lost)");
	else if (is_path)
		emit_private(out, "name", view->region, name, mapping->name.bytes);
	else
		emit_text(out, "name", name, mapping->name.bytes);
}

static void write_known(struct json_out *out, const char *key, bool known, uint64_t value)
{
	if (known)
		emit_uint(out, key, value);
	else
		emit_null(out, key);
}

static void write_mapping(struct json_out *out, const struct region_view *view, uint32_t i)
{
	static const struct mapping lost;
	const struct mapping *mapping = table_at(view, &view->region->mappings, i);
	bool known = view->region->mappings_known;
	if (!mapping || mapping->kind >= MAPPING_KINDS)
		mapping = &lost;
	struct sums faults = faults_of(view, i + 1);
	emit_newline(out);
	emit_open(out, NULL, '{');
	emit_string(out, "kind", mapping_kind_table[mapping->kind].name);
	write_name(out, view, mapping);
	emit_bool(out, "shared", mapping->is_shared);
	emit_uint(out, "maps", mapping->maps);
	emit_uint(out, "mapped_bytes", mapping->mapped_bytes);
	emit_uint(out, "populated_bytes", mapping->populated_bytes);
	known &= mapping_kind_table[mapping->kind].is_file;
	write_known(out, "mapped_in_bytes", known,
		    mapping->mapped_in_bytes + mapping->last_mapped_in_bytes);
	write_known(out, "private_bytes", known,
		    mapping->private_bytes + mapping->last_private_bytes);
	emit_uint(out, "unclaimed_pages", mapping->unclaimed_pages);
	emit_uint(out, "minor", faults.minor);
	emit_uint(out, "major", faults.major);
	emit_uint(out, "zero_filled_bytes", faults.zero_filled_bytes);
	emit_uint(out, "cow_bytes", faults.cow_bytes);
	emit_close(out, '}');
}

void mappings_write(struct json_out *out, const struct region_view *view)
{
	const struct region *region = view->region;
	bool known = region->mappings_known;
	bool sampled = region->faults_level == FAULTS_KERNEL || region->faults_level == FAULTS_USER;
	struct sums faults = faults_of(view, 0);
	write_known(out, "reserved_bytes", known, region->reserved_bytes);
	write_known(out, "faulted_bytes", sampled, faults.zero_filled_bytes + faults.cow_bytes);
	write_known(out, "backed_bytes", known, region->backed_bytes);
	write_known(out, "peak_backed_bytes", known, region->peak_backed_bytes);
	emit_open(out, "mappings", '[');
	for (uint32_t i = 0; i < table_count(view, &region->mappings); i++)
		write_mapping(out, view, i);
	emit_close(out, ']');
}
