/*
 * balance.c - the ledger of a trace held against the kernel's own figures.
 */
#include "balance.h"

static bool is_known(const struct audit *audit)
{
	return audit->rchar != UNKNOWN_SIGNED && audit->wchar != UNKNOWN_SIGNED &&
	       audit->unattributed_to_user != UNKNOWN_SIGNED &&
	       audit->unattributed_from_user != UNKNOWN_SIGNED;
}

/*
 * Where the kernel's figures for children can't be taken out, what a parent
 * has not explained may be its children's, which have.
 */
static bool has_children(const struct trace *trace, const struct process *parent)
{
	for (size_t i = 0; i < trace->processes.count; i++)
		if (trace->processes.items[i].ppid == parent->pid)
			return true;
	return false;
}

static bool is_separable(const struct audit *audit)
{
	return audit->reaped_to_user != UNKNOWN_SIGNED && audit->reaped_from_user != UNKNOWN_SIGNED;
}

bool balance_open(const struct process *process)
{
	const struct audit *audit = &process->audit;
	return is_known(audit) && (audit->unattributed_to_user || audit->unattributed_from_user);
}

static void add(struct balance_side *side, int64_t counted, int64_t reaped, int64_t left)
{
	if (reaped == UNKNOWN_SIGNED)
		reaped = 0;
	side->counted = number_add_signed(side->counted, number_add_signed(counted, -reaped));
	side->reaped = number_add_signed(side->reaped, reaped);
	if (left > 0)
		side->missing = number_add_signed(side->missing, left);
	else
		side->surplus = number_add_signed(side->surplus, -left);
}

struct balance balance_of(const struct trace *trace)
{
	struct balance balance = {.records = trace->processes.count};

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct process *process = &trace->processes.items[i];
		const struct audit *audit = &process->audit;
		if (audit->loader_bytes != UNKNOWN_SIGNED)
			balance.loader = number_add_signed(balance.loader, audit->loader_bytes);
		if (!is_known(audit)) {
			balance.unread++;
			continue;
		}
		if (!is_separable(audit) && balance_open(process) && has_children(trace, process)) {
			balance.inseparable++;
			continue;
		}
		add(&balance.to_user, audit->rchar, audit->reaped_to_user,
		    audit->unattributed_to_user);
		add(&balance.from_user, audit->wchar, audit->reaped_from_user,
		    audit->unattributed_from_user);
	}
	return balance;
}
