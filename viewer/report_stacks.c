/*
 * report_stacks.c - the part of the report by stack: what each moved, and its frames, innermost
 * first.
 */
#include "sheet.h"
#include "units.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FRAMES_SHOWN 8
#define NAME_WIDTH   44

/* What follows a directory in a path, or NULL where it isn't in there. */
static const char *inside(const char *file, const char *directory)
{
	size_t n = strlen(directory);
	return n && !strncmp(file, directory, n) && file[n] == '/' ? file + n + 1 : NULL;
}

/* Without what says no more than where the program was built or ran, or where we are. */
static const char *short_file(const char *file, const char *directory)
{
	char here[PATH_MAX];
	const char *rest = inside(file, directory);

	if (!rest && getcwd(here, sizeof(here)))
		rest = inside(file, here);
	if (rest)
		return rest;
	while (!strncmp(file, "./", 2) || !strncmp(file, "../", 3))
		file = strchr(file, '/') + 1;
	return file;
}

/* The source line where it is known, else the file with the code where the name doesn't hold it. */
static const char *frame_place(struct arena *arena, const struct frame *frame,
			       const char *directory)
{
	if (frame->file && frame->line != UNKNOWN)
		return arena_print(arena, "%s:%" PRIu64, short_file(frame->file, directory),
				   frame->line);
	return frame->module && frame->function ? base_name(frame->module) : "";
}

void report_frames(struct trace *trace, const struct frames *stack, size_t most)
{
	const char *directory = trace->processes.count ? trace->processes.items[0].directory : "";
	struct text_table table = {.arena = &trace->arena, .columns = 2};
	size_t shown = most && most < stack->count ? most : stack->count;

	for (size_t i = 0; i < shown; i++) {
		const struct frame *frame = &trace->frames.items[stack->items[i]];
		table_cell(&table, frame_name(&trace->arena, frame), STYLE_PLAIN);
		table_cell(&table, frame_place(&trace->arena, frame, directory), STYLE_FAINT);
	}
	table.width_most = NAME_WIDTH;
	table_print(&table, "           ");
	if (shown < stack->count)
		print_line(STYLE_FAINT, "           (%zu outer frame%s, --limit 0 shows all)",
			   stack->count - shown, stack->count - shown == 1 ? "" : "s");
}

static void print_stack(const struct sheet *sheet, const struct row *row)
{
	struct arena *arena = &sheet->report->trace->arena;
	const struct counts *counts = &row->counts;
	uint64_t calls = counts->of[COLUMN_calls], errors = counts->of[COLUMN_errors];
	uint64_t time = counts->of[COLUMN_time_ns]; /* not taken of copies inside the process */

	printf("  %s%7s%s  ", style_start(STYLE_STRONG),
	       amount_share(counts_get(counts, sheet->report->share), sheet->whole).text,
	       style_end(STYLE_STRONG));
	print_safe(row->call, STYLE_HEADING);
	print_safe(arena_print(arena, "  %s in %s call%s%s%s", moved_in_words(arena, counts),
			       amount_count(calls).text, calls == 1 ? "" : "s", time ? ", " : "",
			       time ? amount_ns(time).text : ""),
		   STYLE_PLAIN);
	if (errors)
		print_safe(arena_print(arena, ", %s error%s", amount_count(errors).text,
				       errors == 1 ? "" : "s"),
			   STYLE_BAD);
	putchar('\n');
	if (row->stack)
		report_frames(sheet->report->trace, row->stack,
			      sheet->report->limit ? FRAMES_SHOWN : 0);
	else
		print_line(STYLE_FAINT, "           (%s)", row->why);
}

static void print_stacks(const struct report *report, const struct rows *all, const char *layer,
			 const char *title)
{
	struct rows rows = rows_of_layer(&report->trace->arena, all, layer);
	struct sheet sheet;

	if (!sheet_init(&sheet, report, &rows, report->stack_limit))
		return;
	sheet_print_title(&sheet, title);
	for (size_t i = 0; i < sheet.shown; i++)
		print_stack(&sheet, &rows.items[i]);
	sheet_print_rest(&sheet);
}

void report_stacks(const struct report *report)
{
	struct rows rows = rows_of(report->trace, BY_STACK);
	struct report copies = report_of_copies(report);

	print_stacks(report, &rows, "library", "By stack of library calls");
	print_stacks(report, &rows, "syscall", "By stack of system calls");
	print_stacks(&copies, &rows, "process", "By stack of copies inside the process");
}
