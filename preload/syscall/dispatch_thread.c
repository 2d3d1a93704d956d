/*
 * dispatch_thread.c - whether the calling thread has thread-local memory of ours, and what serves
 * instead.
 */
#include "syscall/dispatch_thread.h"

#include "abi/raw.h"
#include "region/thread.h"
#include "syscall/dispatch_frame.h"

#include <asm/prctl.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#ifndef HWCAP2_FSGSBASE
#define HWCAP2_FSGSBASE (1 << 1)
#endif
#define BASES	     4096 /* powers of two */
#define LOANS	     4096
#define PROBES	     16
#define LOAN_ABOVE   4096 /* the thread control block's own, which our code doesn't look at */
#define LOAN_BELOW   4096 /* behind the lowest of our variables */
#define NOT_OF_GLIBC (-1)

/* A value of %fs that was looked at. */
struct base {
	uintptr_t at;
	int32_t tid; /* of whom it is, where threads may share one */
};

/* Memory for a thread that isn't known. */
struct loan {
	int32_t tid;
	char *memory;
};

static __thread struct dispatch_self own;

static struct base bases[BASES];
static struct loan loans[LOANS];
static bool has_fsgsbase;
static bool threads_share; /* some %fs */
static long self_below;	   /* %fs less the address of `self` */
static long own_below;

uintptr_t dispatch_thread_base(void)
{
	uintptr_t base = 0;
	if (has_fsgsbase)
		__asm__ volatile("rdfsbase %0" : "=r"(base));
	else
		RAW_2(SYS_arch_prctl, ARCH_GET_FS, &base);
	return base;
}

static void set_base(uintptr_t base)
{
	if (has_fsgsbase)
		__asm__ volatile("wrfsbase %0" ::"r"(base) : "memory");
	else
		RAW_2(SYS_arch_prctl, ARCH_SET_FS, base);
}

void dispatch_thread_init(void)
{
	has_fsgsbase = getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE;
	uintptr_t base = dispatch_thread_base();
	self_below = (long)(base - (uintptr_t)&self);
	own_below = (long)(base - (uintptr_t)&own);
}

/* glibc's control block begins with its own address, and has it again at 16 (x86-64 TLS ABI;
 * sysdeps/x86_64/nptl/tls.h). */
static bool is_of_glibc(uintptr_t base)
{
	const uintptr_t *block = (const uintptr_t *)base;
	/* A mask is read before `how` is looked at (kernel/signal.c). */
	if (base % 8 || RAW_4(SYS_rt_sigprocmask, -1, block, NULL, 8) == -EFAULT ||
	    RAW_4(SYS_rt_sigprocmask, -1, block + 2, NULL, 8) == -EFAULT)
		return false;
	return block[0] == base && block[2] == base;
}

static unsigned hash(uint64_t key)
{
	return (unsigned)(key * 0x9e3779b97f4a7c15 >> 40);
}

static bool is_gone(int32_t tid)
{
	return RAW_3(SYS_tgkill, raw_getpid(), tid, 0) == -ESRCH;
}

static struct base *look_at(struct base *base, uintptr_t at)
{
	__atomic_store_n(&base->tid, is_of_glibc(at) ? (int32_t)raw_gettid() : NOT_OF_GLIBC,
			 __ATOMIC_RELEASE);
	return base;
}

/* Where a thread has ended: its %fs may be another's by now, which then is looked at again. */
static struct base *find_room(uintptr_t at)
{
	for (unsigned i = 0; i < PROBES; i++) {
		struct base *base = &bases[(hash(at) + i) & (BASES - 1)];
		uintptr_t there = __atomic_load_n(&base->at, __ATOMIC_ACQUIRE);
		int32_t tid = __atomic_load_n(&base->tid, __ATOMIC_ACQUIRE);
		if (tid <= 0 || !is_gone(tid))
			continue;
		__atomic_store_n(&base->tid, 0, __ATOMIC_RELEASE);
		if (__atomic_compare_exchange_n(&base->at, &there, at, false, __ATOMIC_ACQ_REL,
						__ATOMIC_ACQUIRE))
			return look_at(base, at);
	}
	return NULL;
}

static struct base *find_base(uintptr_t at)
{
	for (unsigned i = 0; i < PROBES; i++) {
		struct base *base = &bases[(hash(at) + i) & (BASES - 1)];
		uintptr_t there = __atomic_load_n(&base->at, __ATOMIC_ACQUIRE);
		if (there == at)
			return base;
		if (!there && __atomic_compare_exchange_n(&base->at, &there, at, false,
							  __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			return look_at(base, at);
		if (there == at)
			return base;
	}
	return find_room(at);
}

bool dispatch_thread_is_known(void)
{
	uintptr_t at = dispatch_thread_base();
	struct base *base = at ? find_base(at) : NULL;
	if (!base)
		return false;
	/* 0: another thread with the same %fs is just looking at it. */
	int32_t tid = __atomic_load_n(&base->tid, __ATOMIC_ACQUIRE);
	if (tid <= 0)
		return false;
	if (__builtin_expect(!__atomic_load_n(&threads_share, __ATOMIC_ACQUIRE), 1))
		return true;
	int32_t mine = (int32_t)raw_gettid();
	return tid == mine ||
	       (is_gone(tid) && __atomic_compare_exchange_n(&base->tid, &tid, mine, false,
							    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
}

void dispatch_thread_sharing(void)
{
	struct base *base = find_base(dispatch_thread_base());
	int32_t tid = base ? base->tid : 0, mine = (int32_t)raw_gettid();
	/* Its owner may be a thread that ended, or one that has it in common with this one. */
	if (tid > 0 && tid != mine && is_gone(tid))
		__atomic_compare_exchange_n(&base->tid, &tid, mine, false, __ATOMIC_ACQ_REL,
					    __ATOMIC_ACQUIRE);
	__atomic_store_n(&threads_share, true, __ATOMIC_RELEASE);
}

static size_t loan_bytes(void)
{
	return ((size_t)self_below + LOAN_BELOW + LOAN_ABOVE + 4095) & -4096ul;
}

/* The memory that is this thread's by its number, or that of a thread which has ended. */
static struct loan *find_loan(void)
{
	int32_t mine = (int32_t)raw_gettid();
	for (unsigned i = 0; i < PROBES; i++) {
		struct loan *loan = &loans[(hash((uint64_t)mine) + i) & (LOANS - 1)];
		if (__atomic_load_n(&loan->tid, __ATOMIC_ACQUIRE) == mine)
			return loan->memory ? loan : NULL;
	}
	for (unsigned i = 0; i < PROBES; i++) {
		struct loan *loan = &loans[(hash((uint64_t)mine) + i) & (LOANS - 1)];
		int32_t tid = __atomic_load_n(&loan->tid, __ATOMIC_ACQUIRE);
		if ((tid && !is_gone(tid)) ||
		    !__atomic_compare_exchange_n(&loan->tid, &tid, mine, false, __ATOMIC_ACQ_REL,
						 __ATOMIC_ACQUIRE))
			continue;
		if (loan->memory)
			memset(loan->memory, 0, loan_bytes());
		else
			loan->memory = raw_mmap(NULL, loan_bytes(), PROT_READ | PROT_WRITE,
						MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		return loan->memory ? loan : NULL;
	}
	return NULL;
}

static uintptr_t base_of(const struct loan *loan)
{
	return (uintptr_t)loan->memory + loan_bytes() - LOAN_ABOVE;
}

struct dispatch_self *dispatch_thread_self(bool known)
{
	static struct dispatch_self nobody;
	if (known)
		return &own;
	const struct loan *loan = find_loan();
	return loan ? (struct dispatch_self *)(base_of(loan) - own_below) : &nobody;
}

bool dispatch_thread_lend(void (*function)(void *), void *argument)
{
	const struct loan *loan = find_loan();
	uint64_t most = ~SIGSYS_BIT, before;
	if (!loan)
		return false;
	RAW_4(SYS_rt_sigprocmask, SIG_BLOCK, &most, &before, 8);
	uintptr_t base = dispatch_thread_base();
	set_base(base_of(loan));
	/* No unwinding: neither the loader nor libunwind finds its own variables here. */
	struct self *there = (struct self *)(base_of(loan) - self_below);
	there->lent = there->bare = true;
	function(argument);
	set_base(base);
	RAW_4(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, 8);
	return true;
}

void dispatch_thread_forget(void)
{
	for (unsigned i = 0; i < LOANS; i++)
		loans[i].tid = 0;
	memset(bases, 0, sizeof(bases));
	threads_share = false;
}
