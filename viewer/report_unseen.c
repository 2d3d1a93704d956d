/*
 * report_unseen.c - the part of the report that says what the trace doesn't explain, and why.
 */
#include "report.h"
#include "text_table.h"
#include "units.h"

#include <stdio.h>
#include <string.h>

struct unseen {
	struct arena *arena;
	struct map reasons; /* each is printed once, however many processes give it */
	size_t lines;
};

static void say(struct unseen *unseen, const char *text)
{
	if (!unseen->lines++)
		print_line(STYLE_HEADING, "What this trace doesn't explain");
	printf("  ");
	print_paragraph(text, 2, 4);
}

static void say_once(struct unseen *unseen, const char *text)
{
	bool fresh;
	map_number(&unseen->reasons, unseen->arena, text, strlen(text), &fresh);
	if (fresh)
		say(unseen, text);
}

struct sums {
	int64_t rchar, wchar, loader, to_user, from_user;
	size_t known, parents;
};

/*
 * The kernel adds the counters of a child that was waited for to its parent's,
 * so what a parent has not explained may be its children's, which have.
 */
static bool has_children(const struct map *parents, const struct process *process)
{
	return map_find(parents, &process->pid, sizeof(process->pid)) != SIZE_MAX;
}

static struct sums sum_audits(const struct trace *trace, struct arena *arena)
{
	struct sums sums = {0};
	struct map parents = {0};
	bool fresh;

	for (size_t i = 0; i < trace->processes.count; i++)
		map_number(&parents, arena, &trace->processes.items[i].ppid, sizeof(uint64_t),
			   &fresh);
	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct process *process = &trace->processes.items[i];
		const struct audit *audit = &process->audit;
		if (audit->loader_bytes != UNKNOWN_SIGNED)
			sums.loader = number_add_signed(sums.loader, audit->loader_bytes);
		if (audit->rchar == UNKNOWN_SIGNED || audit->wchar == UNKNOWN_SIGNED ||
		    audit->unattributed_to_user == UNKNOWN_SIGNED ||
		    audit->unattributed_from_user == UNKNOWN_SIGNED)
			continue;
		sums.known++;
		if (has_children(&parents, process)) {
			sums.parents++;
			continue;
		}
		sums.rchar = number_add_signed(sums.rchar, audit->rchar);
		sums.wchar = number_add_signed(sums.wchar, audit->wchar);
		sums.to_user = number_add_signed(sums.to_user, audit->unattributed_to_user);
		sums.from_user = number_add_signed(sums.from_user, audit->unattributed_from_user);
	}
	return sums;
}

/* Negative: more was seen than the kernel counted, which is worth a line just as well. */
static const char *unattributed(struct arena *arena, const char *way, int64_t bytes, int64_t of)
{
	if (bytes < 0)
		return arena_print(arena, "%s more %s than the kernel counted",
				   amount_bytes(-(uint64_t)bytes).text, way);
	return arena_print(arena, "%s %s (%s of the kernel's %s)", amount_bytes(bytes).text, way,
			   amount_share(bytes, of > 0 ? of : 0).text,
			   amount_bytes(of > 0 ? of : 0).text);
}

static void say_audit(struct unseen *unseen, const struct trace *trace)
{
	struct arena *arena = unseen->arena;
	struct sums sums = sum_audits(trace, arena);
	size_t count = trace->processes.count;

	if (sums.to_user || sums.from_user)
		say(unseen,
		    arena_print(arena, "unattributed: %s, %s",
				unattributed(arena, "to user", sums.to_user, sums.rchar),
				unattributed(arena, "from user", sums.from_user, sums.wchar)));
	if (sums.parents)
		say(unseen,
		    arena_print(arena,
				"for %zu of %zu records, unattributed bytes are not known: the "
				"kernel adds the counters of children to their parent's",
				sums.parents, count));
	if (sums.known < count)
		say(unseen,
		    count == 1
			? "unattributed: not known, since the kernel's own counters are missing"
			: arena_print(
			      arena, "the kernel's own counters are missing for %zu of %zu records",
			      count - sums.known, count));
	if (sums.loader > 0)
		say(unseen, arena_print(arena, "the loader read %s before the program started",
					amount_bytes(sums.loader).text));
}

static void say_process(struct unseen *unseen, const struct process *process)
{
	const struct coverage *coverage = &process->coverage;
	const char *why = coverage->syscall_layer.why ? coverage->syscall_layer.why : "layer off";

	if (!coverage->syscall_layer.on)
		say_once(unseen,
			 arena_print(
			     unseen->arena,
			     "system calls inside libc (stdio ...) are not seen; see coverage: %s",
			     why));
	if (!coverage->library_layer.on)
		say_once(unseen,
			 arena_print(unseen->arena, "library calls are not seen: %s",
				     coverage->library_layer.why ? coverage->library_layer.why
								 : "layer off"));
	if (!coverage->stacks.on)
		say_once(unseen, arena_print(unseen->arena, "no stacks: %s",
					     coverage->stacks.why ? coverage->stacks.why : "off"));
	for (size_t i = 0; i < process->audit.why.count; i++)
		if (coverage->syscall_layer.on ||
		    strncmp(process->audit.why.items[i], "system calls", strlen("system calls")))
			say_once(unseen, process->audit.why.items[i]);
	if (process->faults.why)
		say_once(unseen, process->faults.why);
}

static void say_folded(struct unseen *unseen, const struct trace *trace)
{
	uint64_t objects = 0, stacks = 0, cells = 0, threads = 0, nested = 0, wrong = 0;

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct coverage *coverage = &trace->processes.items[i].coverage;
		objects = number_add(objects, coverage->objects_folded);
		stacks = number_add(stacks, coverage->stacks_folded);
		cells = number_add(cells, coverage->cells_folded);
		threads = number_add(threads, coverage->threads_unrecorded);
		nested = number_add(nested, coverage->calls_nested);
		wrong = number_add(wrong, coverage->stacks_wrong);
	}
	if (objects || stacks || cells)
		say(unseen,
		    arena_print(
			unseen->arena,
			"tables were full: %s objects, %s stacks and %s rows went to (other)%s",
			amount_count(objects).text, amount_count(stacks).text,
			amount_count(cells).text, threads ? "" : "; the totals are exact"));
	if (threads)
		say(unseen,
		    arena_print(unseen->arena,
				"%s threads found no room to be recorded: their calls are missing",
				amount_count(threads).text));
	if (nested)
		say(unseen,
		    arena_print(unseen->arena,
				"%s calls were made by signal handlers while another was recorded",
				amount_count(nested).text));
	if (wrong)
		say(unseen, arena_print(unseen->arena, "%s stacks were found wrong when checked",
					amount_count(wrong).text));
}

void report_unseen(const struct report *report)
{
	struct trace *trace = report->trace;
	struct unseen unseen = {.arena = &trace->arena};

	say_audit(&unseen, trace);
	for (size_t i = 0; i < trace->processes.count; i++)
		say_process(&unseen, &trace->processes.items[i]);
	say_folded(&unseen, trace);
	if (unseen.lines)
		putchar('\n');
}
