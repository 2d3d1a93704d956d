/*
 * filter.h - installs a seccomp filter, for the program and whatever it executes.
 */
#ifndef FILTER_H
#define FILTER_H

#include "must.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

static inline void install_filter(struct sock_filter *code, size_t count)
{
	struct sock_fprog program = {(unsigned short)count, code};
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
}

#define FILTER(code) install_filter(code, sizeof(code) / sizeof(*(code)))

#endif
