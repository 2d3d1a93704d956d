/*
 * report_unseen.c - the part of the report that says what the trace doesn't explain, and why.
 */
#include "balance.h"
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

/* Negative: more was seen than the kernel counted, which is worth a line just as well. */
static const char *unattributed(struct arena *arena, const char *way,
				const struct balance_side *side)
{
	if (side->surplus > side->missing)
		return arena_print(arena, "%s more %s than the kernel counted",
				   amount_bytes(side->surplus - side->missing).text, way);
	return arena_print(
	    arena, "%s %s (%s of the kernel's %s)",
	    amount_bytes(side->missing - side->surplus).text, way,
	    amount_share(side->missing - side->surplus, side->counted > 0 ? side->counted : 0).text,
	    amount_bytes(side->counted > 0 ? side->counted : 0).text);
}

static void say_audit(struct unseen *unseen, const struct trace *trace)
{
	struct arena *arena = unseen->arena;
	struct balance balance = balance_of(trace);
	const struct balance_side *to = &balance.to_user, *from = &balance.from_user;

	if (to->missing || to->surplus || from->missing || from->surplus)
		say(unseen,
		    arena_print(arena, "unattributed: %s, %s", unattributed(arena, "to user", to),
				unattributed(arena, "from user", from)));
	if (balance.inseparable)
		say(unseen,
		    arena_print(arena,
				"for %zu of %zu records, unattributed bytes are not known: the "
				"kernel adds the counters of children to their parent's",
				balance.inseparable, balance.records));
	if (balance.unread)
		say(unseen,
		    balance.records == 1
			? "unattributed: not known, since the kernel's own counters are missing"
			: arena_print(
			      arena, "the kernel's own counters are missing for %zu of %zu records",
			      balance.unread, balance.records));
	if (to->reaped > 0 || from->reaped > 0)
		say(unseen,
		    arena_print(arena,
				"children that were waited for moved %s to user, %s from user: the "
				"kernel adds that to their parents' counters, here it is left out",
				amount_bytes(to->reaped > 0 ? to->reaped : 0).text,
				amount_bytes(from->reaped > 0 ? from->reaped : 0).text));
	if (balance.loader > 0)
		say(unseen, arena_print(arena, "the loader read %s before the program started",
					amount_bytes(balance.loader).text));
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
	if (coverage->copies.on && coverage->copies.why)
		say_once(unseen, coverage->copies.why);
	if (!coverage->exhaustive.on && coverage->exhaustive.why &&
	    strcmp(coverage->exhaustive.why, "not asked for"))
		say_once(unseen, arena_print(unseen->arena, "exhaustive mode is off: %s",
					     coverage->exhaustive.why));
	if (coverage->syscall_layer.sites.left_alone && !coverage->exhaustive.on)
		say_once(
		    unseen,
		    arena_print(unseen->arena,
				"%s of %s places where libc calls the kernel to move data were "
				"left alone",
				amount_count(coverage->syscall_layer.sites.left_alone).text,
				amount_count(coverage->syscall_layer.sites.found).text));
	for (size_t i = 0; i < process->audit.why.count; i++)
		if (coverage->syscall_layer.on ||
		    strncmp(process->audit.why.items[i], "system calls", strlen("system calls")))
			say_once(unseen, process->audit.why.items[i]);
	/* Where they were looked at, the end of the report holds them against the kernel's. */
	for (size_t i = 0; process->faults.before_minor == UNKNOWN && i < process->faults.why.count;
	     i++)
		say_once(unseen, process->faults.why.items[i]);
}

static void say_places_cut(struct unseen *unseen, const struct trace *trace)
{
	uint64_t places = 0;

	for (size_t i = 0; i < trace->processes.count; i++)
		places = number_add(places, trace->processes.items[i].coverage.copies.places_cut);
	if (places)
		say(unseen,
		    arena_print(unseen->arena,
				"%s place%s copied from so many stacks that the later ones are "
				"kept as the place alone",
				amount_count(places).text, places == 1 ? "" : "s"));
}

static void say_blocks(struct unseen *unseen, const struct trace *trace)
{
	uint64_t allocations = 0, blocks = 0, large = 0;

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct coverage *coverage = &trace->processes.items[i].coverage;
		allocations = number_add(allocations, coverage->allocations_folded);
		blocks = number_add(blocks, coverage->blocks_unknown);
		large = number_add(large, coverage->large_blocks_folded);
	}
	if (allocations || blocks)
		say(unseen,
		    arena_print(unseen->arena,
				"%s allocations are missing by stack; of %s more it isn't known "
				"whether they were freed",
				amount_count(allocations).text, amount_count(blocks).text));
	if (large)
		say(unseen, arena_print(unseen->arena,
					"%s large blocks found no room in a row of their own",
					amount_count(large).text));
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
				"calls made by signal handlers while another was recorded: %s; "
				"they have no stack",
				amount_count(nested).text));
	if (wrong)
		say(unseen, arena_print(unseen->arena, "%s stacks were found wrong when checked",
					amount_count(wrong).text));
}

/* Each program once, with the number of times that it was executed in all. */
static void say_untraced(struct unseen *unseen, const struct trace *trace)
{
	struct map programs = {0};
	struct untraced_row *rows = NULL;
	uint64_t folded = 0;
	bool fresh;

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct coverage *coverage = &trace->processes.items[i].coverage;
		folded = number_add(folded, coverage->untraced_folded);
		for (size_t k = 0; k < coverage->untraced.count; k++) {
			const struct untraced_row *row = &coverage->untraced.items[k];
			const char *key = arena_print(unseen->arena, "%s\n%s", row->path, row->why);
			size_t n = map_number(&programs, unseen->arena, key, strlen(key), &fresh);
			if (!fresh) {
				rows[n].times = number_add(rows[n].times, row->times);
				continue;
			}
			rows = arena_grow(unseen->arena, rows, n, sizeof(*rows));
			rows[n] = *row;
		}
	}
	for (size_t i = 0; i < programs.count; i++)
		say(unseen,
		    arena_print(unseen->arena, "not traced: %s %s%s", rows[i].path, rows[i].why,
				rows[i].times == 1
				    ? ""
				    : arena_print(unseen->arena, " (executed %s times)",
						  amount_count(rows[i].times).text)));
	if (folded)
		say(unseen, arena_print(unseen->arena, "and %s more programs that weren't traced",
					amount_count(folded).text));
}

static void say_rings(struct unseen *unseen, const struct trace *trace)
{
	uint64_t unread = 0, unmatched = 0;

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct rings *made = &trace->processes.items[i].coverage.rings;
		unread = number_add(unread, made->unread);
		unmatched = number_add(unmatched, made->requests_unmatched);
	}
	if (unread)
		say(unseen, arena_print(unseen->arena,
					"%s io_uring ring%s can't be looked into, and what goes "
					"through them is in no column",
					amount_count(unread).text, unread == 1 ? "" : "s"));
	if (unmatched)
		say(unseen,
		    arena_print(unseen->arena,
				"%s requests of asynchronous I/O were seen at one end only, and "
				"their bytes are in no column",
				amount_count(unmatched).text));
}

void report_unseen(const struct report *report)
{
	struct trace *trace = report->trace;
	struct unseen unseen = {.arena = &trace->arena};

	say_audit(&unseen, trace);
	for (size_t i = 0; i < trace->processes.count; i++)
		say_process(&unseen, &trace->processes.items[i]);
	say_folded(&unseen, trace);
	say_blocks(&unseen, trace);
	say_places_cut(&unseen, trace);
	say_rings(&unseen, trace);
	say_untraced(&unseen, trace);
	if (unseen.lines)
		putchar('\n');
}
