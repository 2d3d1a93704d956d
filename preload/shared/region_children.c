/*
 * region_children.c - the parts of a trace about other processes: those that this one waited for,
 * and those that couldn't be traced.
 *
 * The records were written by a process that may have been ended in the middle.
 */
#include "shared/region_children.h"

#include "shared/program_file.h"
#include "shared/redact.h"
#include "shared/region_ledger.h"

#include <sys/wait.h>

static void write_end(struct json_out *out, int status)
{
	emit_open(out, "exit", '{');
	if (WIFSIGNALED(status)) {
		emit_string(out, "how", "signal");
		emit_int(out, "signal", WTERMSIG(status));
		if (WCOREDUMP(status))
			emit_bool(out, "core_dumped", true);
	} else {
		emit_string(out, "how", "exit");
		emit_int(out, "status", WEXITSTATUS(status));
	}
	emit_close(out, '}');
}

void children_write(struct json_out *out, const struct region_view *view)
{
	const struct table *children = &view->region->children;
	uint32_t count = table_count(view, children);

	emit_open(out, "children", '[');
	for (uint32_t i = 0; i < count; i++) {
		const struct child *child = table_at(view, children, i);
		if (!child || child->pid <= 0)
			continue;
		emit_newline(out);
		emit_open(out, NULL, '{');
		emit_int(out, "pid", child->pid);
		emit_seconds(out, "end", child->end_realtime_ns);
		write_end(out, child->status);
		emit_uint(out, "user_ns", child->user_us * 1000);
		emit_uint(out, "system_ns", child->system_us * 1000);
		emit_uint(out, "max_rss_bytes", child->max_rss_bytes);
		emit_uint(out, "minor_faults", child->minor_faults);
		emit_uint(out, "major_faults", child->major_faults);
		emit_close(out, '}');
	}
	emit_close(out, ']');
	emit_uint(out, "children_folded", view->region->children_folded);
}

/* A program with its path and the reason; false where it isn't whole. */
struct program {
	const char *path, *why;
	uint32_t path_bytes, times;
};

static bool read_program(const struct region_view *view, uint32_t i, struct program *program)
{
	const struct untraced *one = table_at(view, &view->region->untraced, i);
	if (!one)
		return false;
	*program = (struct program){.path = region_at(view, one->path.at, one->path.bytes),
				    .why = program_refusal_words(one->why),
				    .path_bytes = one->path.bytes,
				    .times = one->times};
	return program->path && program->why;
}

void untraced_write_processes(struct json_out *out, const struct region_view *view)
{
	static const char *const unknown[] = {"user_ns", "system_ns", "max_rss_bytes",
					      "minor_faults", "major_faults"};
	const struct table *processes = &view->region->untraced_processes;
	uint32_t count = table_count(view, processes);

	emit_open(out, "untraced_processes", '[');
	for (uint32_t i = 0; i < count; i++) {
		const struct untraced_process *one = table_at(view, processes, i);
		struct program program;
		if (!one || !one->executed || one->pid <= 0 || one->ppid < 0 ||
		    !read_program(view, one->program, &program))
			continue;
		emit_newline(out);
		emit_open(out, NULL, '{');
		emit_int(out, "pid", one->pid);
		emit_int(out, "ppid", one->ppid);
		emit_private(out, "path", view->region, program.path, program.path_bytes);
		emit_string(out, "why", program.why);
		emit_seconds(out, "start", one->start_realtime_ns);
		emit_null(out, "end");
		emit_open(out, "exit", '{');
		emit_string(out, "how", "unknown");
		emit_close(out, '}');
		for (size_t k = 0; k < sizeof(unknown) / sizeof(*unknown); k++)
			emit_null(out, unknown[k]);
		emit_close(out, '}');
	}
	emit_close(out, ']');
	emit_newline(out);
}

void untraced_write_programs(struct json_out *out, const struct region_view *view)
{
	uint32_t count = table_count(view, &view->region->untraced);

	emit_open(out, "untraced", '[');
	for (uint32_t i = 0; i < count; i++) {
		struct program program;
		if (!read_program(view, i, &program) || !program.times)
			continue;
		emit_open(out, NULL, '{');
		emit_private(out, "path", view->region, program.path, program.path_bytes);
		emit_string(out, "why", program.why);
		emit_uint(out, "times", program.times);
		emit_close(out, '}');
	}
	emit_close(out, ']');
	emit_uint(out, "untraced_folded", view->region->untraced_folded);
	emit_uint(out, "untraced_processes_folded", view->region->untraced_processes_folded);
}
