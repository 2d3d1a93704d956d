/*
 * faults_ready.c - keeps the kernel ready to sample page faults, for as long as record runs.
 */
#include "faults_ready.h"

#include <linux/perf_event.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void open_event(unsigned long long config)
{
	struct perf_event_attr attributes = {
	    .type = PERF_TYPE_SOFTWARE,
	    .size = sizeof(attributes),
	    .config = config,
	    .disabled = 1,
	    .exclude_kernel = 1,
	    .exclude_hv = 1,
	};
	/* Closed by the end of this process, and in what it executes. */
	syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

void faults_keep_ready(void)
{
	/* A filter's answer might be to kill. */
	if (prctl(PR_GET_SECCOMP) != 0)
		return;
	open_event(PERF_COUNT_SW_PAGE_FAULTS_MIN);
	open_event(PERF_COUNT_SW_PAGE_FAULTS_MAJ);
}
