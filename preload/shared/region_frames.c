/*
 * region_frames.c - the return addresses of a region's stacks as interned frames, with names.
 */
#include "shared/region_frames.h"

#include "shared/elf_symbols.h"
#include "shared/redact.h"
#include "shared/region_ledger.h"

#include <limits.h>
#include <string.h>

/* Seconds; the largest table of stacks in a process of a hundred modules takes a fifth of it. */
#define LOOKS_MOST	   (1ull << 30)
#define MODULES_NAMED_MOST 512	 /* a file is opened for each */
#define KNOWN_FRAMES	   16384 /* a power of two */

static const struct module *module_of(struct frames *frames, const struct region_view *view,
				      uint64_t address, uint32_t generation, uint32_t *index)
{
	uint32_t count = table_count(view, &view->region->modules);
	for (uint32_t i = 0; i < count && frames->looks_left; i++, frames->looks_left--) {
		const struct module *module = table_at(view, &view->region->modules, i);
		if (module && address >= module->start && address < module->end &&
		    module->generation <= generation && generation < module->generation_end) {
			*index = i;
			return module;
		}
	}
	return NULL;
}

static struct frame frame_of(struct frames *frames, const struct region_view *view,
			     uint64_t address, uint32_t generation)
{
	uint32_t index;
	/* A return address may be the first byte after a call that ends its module. */
	const struct module *module = module_of(frames, view, address - 1, generation, &index);
	if (!module)
		return (struct frame){NO_MODULE, address};
	return (struct frame){index, address - module->bias};
}

static int compare_frames(const struct frame *a, const struct frame *b)
{
	if (a->module != b->module)
		return a->module < b->module ? -1 : 1;
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* The addresses of stack i, or NULL where it has none to trust. */
static const uint64_t *stack_frames(const struct region_view *view, uint32_t i,
				    const struct stack **stack)
{
	*stack = table_at(view, &view->region->stacks, i);
	if (!*stack || (*stack)->count > STACK_FRAMES || !(*stack)->frames)
		return NULL;
	return region_at(view, (*stack)->frames, (*stack)->count * sizeof(uint64_t));
}

static struct known_frame *known_place(const struct frames *frames, uint64_t address,
				       uint32_t generation)
{
	uint64_t hash = (address ^ (uint64_t)generation << 48) * 0x9e3779b97f4a7c15;
	return &frames->known[(hash >> 40) % KNOWN_FRAMES];
}

static bool is_known(const struct known_frame *known, uint64_t address, uint32_t generation)
{
	return known->address == address && known->generation == generation;
}

/* An address may be collected more than once, but not nearly as often as there are stacks. */
static void collect(struct frames *frames, const struct region_view *view, uint64_t address,
		    uint32_t generation)
{
	struct known_frame *known = known_place(frames, address, generation);
	if (address && is_known(known, address, generation))
		return;
	*known = (struct known_frame){.address = address, .generation = generation};
	frames->frame[frames->count++] = frame_of(frames, view, address, generation);
}

/* Where in the sorted frames one is, or would be put. */
static size_t position(const struct frames *frames, const struct frame *frame)
{
	size_t low = 0, high = frames->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_frames(&frames->frame[middle], frame) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The number of the frame of an address and 1 more; 0 where it was never collected. */
static uint32_t find(struct frames *frames, const struct region_view *view, uint64_t address,
		     uint32_t generation)
{
	struct known_frame *known = known_place(frames, address, generation);
	if (is_known(known, address, generation) && known->position)
		return known->position;
	struct frame frame = frame_of(frames, view, address, generation);
	size_t at = position(frames, &frame);
	if (at == frames->count || compare_frames(&frames->frame[at], &frame) != 0)
		return 0;
	*known = (struct known_frame){address, generation, (uint32_t)at + 1};
	return known->position;
}

/* Heap sort, as of the ledger's cells: a region can be made so that any insertion is slow. */
static void sift(struct frame *frame, size_t at, size_t n)
{
	for (size_t child; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n && compare_frames(&frame[child], &frame[child + 1]) < 0)
			child++;
		if (compare_frames(&frame[at], &frame[child]) >= 0)
			return;
		struct frame swap = frame[at];
		frame[at] = frame[child];
		frame[child] = swap;
	}
}

/* In ascending order, and each once. */
static void sort(struct frames *frames)
{
	struct frame *frame = frames->frame;
	size_t n = frames->count, kept = 0;

	for (size_t i = n / 2; i-- > 0;)
		sift(frame, i, n);
	while (n > 1) {
		struct frame swap = frame[--n];
		frame[n] = frame[0];
		frame[0] = swap;
		sift(frame, 0, n);
	}
	for (size_t i = 0; i < frames->count; i++)
		if (!kept || compare_frames(&frame[kept - 1], &frame[i]) != 0)
			frame[kept++] = frame[i];
	frames->count = kept;
}

bool frames_collect(struct frames *frames, const struct region_view *view, struct scratch *scratch)
{
	const struct stack *stack;
	size_t most = 0;

	frames->stacks = table_count(view, &view->region->stacks);
	for (uint32_t i = STACK_FIRST; i < frames->stacks; i++)
		if (stack_frames(view, i, &stack))
			most += stack->count;
	/* Each stack has its own, unless the region is a made-up one. */
	if (most > view->bytes / sizeof(uint64_t))
		most = view->bytes / sizeof(uint64_t);
	frames->count = 0;
	frames->looks_left = LOOKS_MOST;
	frames->frame = scratch_take(scratch, most, sizeof(*frames->frame));
	frames->known = scratch_take(scratch, KNOWN_FRAMES, sizeof(*frames->known));
	if (!frames->frame || !frames->known)
		return false;
	for (uint32_t i = STACK_FIRST; i < frames->stacks; i++) {
		const uint64_t *addresses = stack_frames(view, i, &stack);
		for (uint32_t k = 0; addresses && k < stack->count && frames->count < most; k++)
			collect(frames, view, addresses[k], stack->generation);
	}
	sort(frames);
	return true;
}

static void write_build_id(struct json_out *out, const struct module *module)
{
	static const char hex[] = "0123456789abcdef";
	char text[2 * sizeof(module->build_id)];
	size_t n = module->build_id_bytes;
	if (n == 0 || n > sizeof(module->build_id)) {
		emit_null(out, "build_id");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		text[2 * i] = hex[module->build_id[i] >> 4];
		text[2 * i + 1] = hex[module->build_id[i] & 15];
	}
	emit_text(out, "build_id", text, 2 * n);
}

static void write_frame(struct json_out *out, const struct region_view *view,
			const struct module *module, const struct frame *frame,
			const struct elf_name *name)
{
	const char *path = module ? region_at(view, module->path.at, module->path.bytes) : NULL;
	emit_newline(out);
	emit_open(out, NULL, '{');
	if (path)
		emit_private(out, "module", view->region, path, module->path.bytes);
	else
		emit_null(out, "module");
	if (module)
		write_build_id(out, module);
	else
		emit_null(out, "build_id");
	emit_uint(out, "offset", frame->offset);
	if (name && name->name) {
		emit_string(out, "function", name->name);
		emit_uint(out, "function_offset", name->offset + 1);
	} else {
		emit_null(out, "function");
		emit_null(out, "function_offset");
	}
	emit_close(out, '}');
}

static bool open_module(struct elf_symbols *elf, const struct region_view *view,
			const struct module *module, char path[PATH_MAX])
{
	const char *text = region_at(view, module->path.at, module->path.bytes);
	if (!text || module->path.bytes >= PATH_MAX || module->path.bytes == 0 ||
	    module->build_id_bytes > sizeof(module->build_id))
		return false;
	memcpy(path, text, module->path.bytes);
	path[module->path.bytes] = '\0';
	return path[0] == '/' &&
	       elf_symbols_open(elf, path, module->build_id, module->build_id_bytes);
}

/* Writes the frames first to last - 1, which are all of one module. */
static void write_module_frames(const struct frames *frames, size_t first, size_t last,
				const struct region_view *view, struct elf_name *names,
				char path[PATH_MAX], struct json_out *out)
{
	const struct module *module = NULL;
	struct elf_symbols elf;
	bool named = false;

	if (frames->frame[first].module != NO_MODULE)
		module = table_at(view, &view->region->modules, frames->frame[first].module);
	if (module && names && path && open_module(&elf, view, module, path)) {
		/* A return address may lie behind the function's last byte: the call is before it.
		 */
		for (size_t i = first; i < last; i++)
			names[i] = (struct elf_name){.address = frames->frame[i].offset - 1};
		elf_symbols_name(&elf, names + first, last - first);
		named = true;
	}
	for (size_t i = first; i < last; i++)
		write_frame(out, view, module, &frames->frame[i], named ? &names[i] : NULL);
	if (named)
		elf_symbols_close(&elf);
}

void frames_write_reference(struct json_out *out, uint32_t stack, uint32_t stacks)
{
	static const char *const why[STACK_FIRST] = {
	    [STACK_NONE] = "stacks are kept of calls that move bytes",
	    [STACK_OTHER] = "(other): the table of stacks was full",
	    [STACK_NESTED] = "made by a signal handler while another call was being recorded",
	    [STACK_OFF] = "stacks are off",
	    [STACK_EARLY] = "made by a constructor before the unwinder was loaded",
	    [STACK_BARE] = "made on a small stack, by a thread unknown to libc, or in an allocator",
	};
	if (stack >= STACK_FIRST && stack < stacks) {
		emit_uint(out, "stack", stack - STACK_FIRST);
	} else {
		emit_null(out, "stack");
		emit_string(out, "why", why[stack < STACK_FIRST ? stack : STACK_OTHER]);
	}
}

void frames_write(struct frames *frames, const struct region_view *view, struct scratch *scratch,
		  struct json_out *out)
{
	struct elf_name *names = scratch_take(scratch, frames->count, sizeof(*names));
	char *path = scratch_take(scratch, PATH_MAX, 1);

	emit_open(out, "frames", '[');
	unsigned modules = 0;
	for (size_t first = 0, last; first < frames->count; first = last, modules++) {
		last = first + 1;
		while (last < frames->count &&
		       frames->frame[last].module == frames->frame[first].module)
			last++;
		write_module_frames(frames, first, last, view,
				    modules < MODULES_NAMED_MOST ? names : NULL, path, out);
	}
	emit_close(out, ']');
	emit_newline(out);

	frames->looks_left = LOOKS_MOST;
	emit_open(out, "stacks", '[');
	for (uint32_t i = STACK_FIRST; i < frames->stacks; i++) {
		const struct stack *stack;
		const uint64_t *addresses = stack_frames(view, i, &stack);
		emit_newline(out);
		emit_open(out, NULL, '[');
		for (uint32_t k = 0; addresses && k < stack->count; k++) {
			uint32_t at = find(frames, view, addresses[k], stack->generation);
			if (at)
				emit_uint(out, NULL, at - 1);
		}
		emit_close(out, ']');
	}
	emit_close(out, ']');
}
