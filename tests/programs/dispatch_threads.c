/*
 * dispatch_threads.c - threads that the program makes itself, with and without a %fs of their own.
 *
 * SEEN write: calls=5*8*500+2 returned=5*8*500*10+2*3
 * SEEN read: calls=5*8*500 returned=5*8*500*20
 */
#include "raw.h"
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mman.h>

#define EACH   8
#define CALLS  500
#define STACK  (64 << 10)
#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

static int null, zero;
static _Alignas(64) int alive[4 * EACH];
static _Alignas(64) long storage[2 * EACH][8];

/* Never returns, and touches nothing that libc keeps in %fs. */
static __attribute__((noreturn)) void work(void)
{
	char buffer[20];
	for (int i = 0; i < CALLS; i++) {
		if (RAW(SYS_write, null, "0123456789", 10) != 10)
			__builtin_trap();
		if (RAW(SYS_read, zero, buffer, 20) != 20)
			__builtin_trap();
	}
	RAW(SYS_exit, 0);
	__builtin_trap();
}

/* The child has a stack with nothing on it. */
#define CLONE(nr, a, b, c, d, e)                                                                   \
	({                                                                                         \
		long tid_, a_ = (long)(a), b_ = (long)(b);                                         \
		register long r10_ __asm__("r10") = (long)(d);                                     \
		register long r8_ __asm__("r8") = (long)(e);                                       \
		__asm__ volatile("syscall\n\ttest %%rax, %%rax\n\tjne 1f\n\txor %%ebp, %%ebp\n\t"  \
				 "and $-16, %%rsp\n\tcall *%7\n\tud2\n1:"                          \
				 : "=a"(tid_)                                                      \
				 : "0"((long)(nr)), "D"(a_), "S"(b_), "d"((long)(c)), "r"(r10_),   \
				   "r"(r8_), "b"(work)                                             \
				 : "rcx", "r11", "memory");                                        \
		tid_;                                                                              \
	})

static char *new_stack(void)
{
	char *at = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(at);
	return at;
}

static void *begin(void *unused)
{
	char buffer[20];
	for (int i = 0; i < CALLS; i++) {
		gives(RAW(SYS_write, null, "0123456789", 10), 10);
		gives(RAW(SYS_read, zero, buffer, 20), 20);
	}
	return NULL;
}

static void wait_for(int *word)
{
	int now;
	while ((now = __atomic_load_n(word, __ATOMIC_ACQUIRE)) != 0)
		RAW(SYS_futex, word, FUTEX_WAIT, now, NULL);
}

int main(void)
{
	pthread_t threads[EACH];
	null = must(open("/dev/null", O_WRONLY));
	zero = must(open("/dev/zero", O_RDONLY));
	gives(RAW(SYS_write, 1, "ok\n", 3), 3);
	for (int i = 0; i < EACH; i++) {
		int *word = &alive[4 * i];
		for (int k = 0; k < 4; k++)
			word[k] = 1;
		/* Its maker's %fs; one of its own that is nobody's; none. */
		must(CLONE(SYS_clone, THREAD | CLONE_CHILD_CLEARTID, new_stack() + STACK, NULL,
			   word, 0));
		must(CLONE(SYS_clone, THREAD | CLONE_CHILD_CLEARTID | CLONE_SETTLS,
			   new_stack() + STACK - 24, NULL, word + 1, storage[i]));
		must(CLONE(SYS_clone, THREAD | CLONE_CHILD_CLEARTID | CLONE_SETTLS,
			   new_stack() + STACK, NULL, word + 2, 0));
		struct clone_args args = {.flags = THREAD | CLONE_CHILD_CLEARTID | CLONE_SETTLS,
					  .child_tid = (uintptr_t)(word + 3),
					  .stack = (uintptr_t)new_stack(),
					  .stack_size = STACK,
					  .tls = (uintptr_t)storage[EACH + i]};
		must(CLONE(SYS_clone3, &args, sizeof(args), 0, 0, 0));
		gives(pthread_create(&threads[i], NULL, begin, NULL), 0);
	}
	for (int i = 0; i < 4 * EACH; i++)
		wait_for(&alive[i]);
	for (int i = 0; i < EACH; i++)
		gives(pthread_join(threads[i], NULL), 0);
	gives(CLONE(SYS_clone, CLONE_THREAD, NULL, NULL, NULL, 0), -EINVAL);
	gives(CLONE(SYS_clone3, 8, sizeof(struct clone_args), 0, 0, 0), -EFAULT);
	gives(RAW(SYS_write, 1, "ok\n", 3), 3);
	return 0;
}
