/*
 * words.c - what stands in a trace in words: what was run, how it ended, what a row moved.
 */
#include "report.h"
#include "units.h"

#include <inttypes.h>
#include <string.h>

static const struct {
	const char *how, *words, *in_short;
} fates[] = {
    {"exit", "exited", "exit"},
    {"_exit", "left by _exit", "_exit"},
    {"quick_exit", "left by quick_exit", "quick_exit"},
    {"exec", "became another program", "exec"},
    {"running", "still running", "running"},
    {"killed", "killed", "killed"},
    {"signal", "killed by", ""},
    {"unknown", "end unknown", "unknown"},
};

static const char *fate_text(struct arena *arena, const struct fate *fate, bool in_short)
{
	const char *words = fate->how;

	for (size_t i = 0; i < sizeof(fates) / sizeof(*fates); i++)
		if (!strcmp(fate->how, fates[i].how))
			words = in_short ? fates[i].in_short : fates[i].words;
	if (fate->signal != UNKNOWN_SIGNED) {
		const char *name =
		    fate->signal > 0 && fate->signal < 65 ? sigabbrev_np((int)fate->signal) : NULL;
		const char *core = fate->core_dumped ? ", core dumped" : "";
		return name
			   ? arena_print(arena, "%s%sSIG%s%s", words, *words ? " " : "", name, core)
			   : arena_print(arena, "%s%ssignal %" PRId64 "%s", words,
					 *words ? " " : "", fate->signal, core);
	}
	if (fate->status != UNKNOWN_SIGNED)
		return arena_print(arena, in_short ? "%s %" PRId64 : "%s with %" PRId64, words,
				   fate->status);
	return words;
}

const char *fate_in_words(struct arena *arena, const struct fate *fate)
{
	return fate_text(arena, fate, false);
}

const char *fate_in_short(struct arena *arena, const struct fate *fate)
{
	return fate_text(arena, fate, true);
}

/* The directory of a program is the first to go where there is little room. */
static const char *short_name(const char *program, size_t most)
{
	return most < 60 ? base_name(program) : program;
}

const char *command_line(struct arena *arena, const struct process *process, size_t most)
{
	const char *line = process->argv.count ? "" : *process->exe ? process->exe : "(not known)";

	for (size_t i = 0; i < process->argv.count && strlen(line) <= most; i++) {
		const char *word =
		    i ? process->argv.items[i] : short_name(process->argv.items[0], most);
		bool quoted = !*word || strpbrk(word, " \t\n'\"\\$`*?[]{}()<>|&;#~");
		const char *quote = !quoted ? "" : strchr(word, '\'') ? "\"" : "'";
		line = arena_print(arena, "%s%s%s%s%s", line, i ? " " : "", quote, word, quote);
	}
	if (strlen(line) <= most)
		return line;
	/* Not in the middle of a character. */
	while (most && (line[most] & 0xc0) == 0x80)
		most--;
	return arena_print(arena, "%.*s ...", (int)most, line);
}

bool is_allocation(const char *call)
{
	for (int i = 0; i < CALLS; i++)
		if (call_table[i].flags & ALLOC && !strcmp(call_table[i].name, call))
			return true;
	return false;
}

const char *moved_in_words(struct arena *arena, const struct counts *counts)
{
	static const struct {
		int column;
		const char *words;
	} parts[] = {
	    {COLUMN_to_user_bytes, "to user"},
	    {COLUMN_from_user_bytes, "from user"},
	    {COLUMN_in_kernel_bytes, "in kernel"},
	    {COLUMN_cow_bytes, "on write"},
	    {COLUMN_by_reference_bytes, "by reference"},
	    {COLUMN_zero_filled_bytes, "zero-filled"},
	    {COLUMN_discarded_bytes, "discarded"},
	    {COLUMN_in_process_bytes, "in the process"},
	};
	const char *text = "";

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (counts->of[parts[i].column])
			text = arena_print(arena, "%s%s%s %s", text, *text ? ", " : "",
					   amount_bytes(counts->of[parts[i].column]).text,
					   parts[i].words);
	if (!*text && counts->of[COLUMN_returned_bytes])
		return arena_print(arena, "%s returned",
				   amount_bytes(counts->of[COLUMN_returned_bytes]).text);
	return *text ? text : "nothing";
}
