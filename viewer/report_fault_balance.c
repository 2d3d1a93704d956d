/*
 * report_fault_balance.c - the end of the report: what share of the page faults that the kernel
 * counted has a reason.
 */
#include "doubt.h"
#include "report.h"
#include "text_table.h"
#include "units.h"

#include <stdio.h>
#include <string.h>

struct fault_balance {
	uint64_t counted, before, own;
	uint64_t unknown;	   /* as to the reason, where the record says why */
	uint64_t missing, surplus; /* of each record that has such: the two don't cancel out */
	size_t records, unread; /* that could know, and of these those that left no last figures */
};

/* Versions that counted faults and no more said nothing of those before the record. */
static bool looked_at(const struct faults *faults)
{
	return faults->before_minor != UNKNOWN;
}

static uint64_t both(uint64_t minor, uint64_t major)
{
	return number_add(minor, major == UNKNOWN ? 0 : major);
}

static void add_left(struct fault_balance *balance, int64_t left)
{
	if (left != UNKNOWN_SIGNED && left > 0)
		balance->missing = number_add(balance->missing, (uint64_t)left);
	else if (left != UNKNOWN_SIGNED)
		balance->surplus = number_add(balance->surplus, (uint64_t)-left);
}

static bool is_open(const struct faults *faults)
{
	return faults->unattributed_minor || faults->unattributed_major;
}

/* Those that have a row, but no reason, and the record says why. */
static bool is_unknown(const struct faults *faults)
{
	return faults->why.count && !is_open(faults) && faults_without_reason(faults);
}

static struct fault_balance add_up(const struct trace *trace)
{
	struct fault_balance balance = {0};

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct faults *faults = &trace->processes.items[i].faults;
		uint64_t counted = both(faults->minor, faults->major);
		if (!looked_at(faults))
			continue;
		balance.records++;
		if (counted == UNKNOWN || faults->unattributed_minor == UNKNOWN_SIGNED) {
			balance.unread++;
			continue;
		}
		balance.counted = number_add(balance.counted, counted);
		add_left(&balance, faults->unattributed_minor);
		add_left(&balance, faults->unattributed_major);
		balance.before =
		    number_add(balance.before, both(faults->before_minor, faults->before_major));
		if (is_unknown(faults))
			balance.unknown =
			    number_add(balance.unknown, faults_without_reason(faults));
		if (faults->own_minor != UNKNOWN)
			balance.own =
			    number_add(balance.own, both(faults->own_minor, faults->own_major));
	}
	return balance;
}

/* Each text once, behind each other, however many processes have it. */
struct once {
	struct arena *arena;
	struct map seen;
	const char *text;
};

static void add_once(struct once *once, const char *text, const char *between)
{
	bool fresh;

	map_number(&once->seen, once->arena, text, strlen(text), &fresh);
	if (fresh)
		once->text = arena_print(once->arena, "%s%s%s", once->text,
					 *once->text ? between : "", text);
}

static const char *levels(const struct trace *trace, struct arena *arena)
{
	struct once once = {.arena = arena, .text = ""};

	for (size_t i = 0; i < trace->processes.count; i++)
		if (looked_at(&trace->processes.items[i].faults))
			add_once(&once, trace->processes.items[i].faults.level, ", ");
	return once.text;
}

static const char *causes(const struct trace *trace, struct arena *arena,
			  bool (*meant)(const struct faults *))
{
	struct once once = {.arena = arena, .text = ""};

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct faults *faults = &trace->processes.items[i].faults;
		for (size_t k = 0; looked_at(faults) && meant(faults) && k < faults->why.count; k++)
			add_once(&once, faults->why.items[k], "; ");
	}
	return once.text;
}

static void print_left(struct arena *arena, const char *what, uint64_t faults, const char *why)
{
	if (faults)
		print_paragraph(arena_print(arena, "%s: %s page fault%s%s%s", what,
					    amount_count(faults).text, faults == 1 ? "" : "s",
					    *why ? ": " : "", why),
				0, 2);
}

void report_fault_balance(const struct report *report)
{
	const struct trace *trace = report->trace;
	struct arena *arena = &report->trace->arena;
	struct fault_balance balance = add_up(trace);
	const char *why = causes(trace, arena, is_open), *left_out = "";

	if (balance.unread == balance.records)
		return;
	print_left(arena, "not explained", balance.missing, why);
	print_left(arena, "explained, and not counted by the kernel", balance.surplus,
		   balance.missing ? "" : why);
	print_left(arena, "explained, but for the reason", balance.unknown,
		   causes(trace, arena, is_unknown));
	if (balance.unread)
		left_out = arena_print(arena, "; without %zu of %zu records", balance.unread,
				       balance.records);
	int64_t explained = number_add_signed(
	    number_add_signed((int64_t)balance.counted, -(int64_t)balance.missing),
	    (int64_t)balance.surplus);
	print_line(STYLE_STRONG,
		   "explained %s of %s page fault%s (before the record %s; tracer %s; level %s%s)",
		   explained_share(arena, explained, (int64_t)balance.counted,
				   !balance.missing && !balance.surplus),
		   amount_count(balance.counted).text, balance.counted == 1 ? "" : "s",
		   amount_count(balance.before).text, amount_count(balance.own).text,
		   levels(trace, arena), left_out);
}
