/*
 * forked_pages.c - writes to pages that a fork left shared, in an order that it keeps, and says what
 * the kernel must have done: who copied, and who found itself alone with a page and reused it.
 *
 * usage: forked_pages SCENARIO [memfd|huge]
 *
 * Each process prints "PAGES WHO PID FIRST-PAGE PAGES COPIED REUSED", of the block alone. Where page
 * frame numbers may be read (CAP_SYS_ADMIN), each write is held against them: what was copied has moved.
 */
#include "must.h"
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define PAGE	       4096ul
#define MIB	       (1ul << 20)
#define PAGES_OF(n)    ((n) / PAGE)
#define FRAME(entry)   ((entry) & ((1ull << 55) - 1))
#define PRESENT(entry) ((entry) >> 63)

enum result { COPIES, REUSES };

static char *block;
static size_t block_pages, block_page; /* the first, by number, when it was made */
static size_t copied, reused;
static int turn[2], back[2]; /* pipes: to the child, to the parent */

/* The kernel's table for these pages, or false where it doesn't show frames. */
static bool look(size_t first, size_t pages, uint64_t *entries)
{
	int fd = must(open("/proc/self/pagemap", O_RDONLY));
	gives(pread(fd, entries, pages * 8, (off_t)((uintptr_t)block / PAGE + first) * 8),
	      pages * 8);
	close(fd);
	return pages && PRESENT(entries[0]) && FRAME(entries[0]);
}

static uint64_t *before, *after; /* shared, so that they are in nobody's way */

static void write_pages(size_t first, size_t pages, enum result result)
{
	bool known = look(first, pages, before);
	for (size_t i = first; i < first + pages; i++)
		block[i * PAGE] = 1;
	known = known && look(first, pages, after);
	for (size_t i = 0; known && i < pages; i++)
		gives(FRAME(before[i]) != FRAME(after[i]), result == COPIES);
	*(result == COPIES ? &copied : &reused) += pages;
}

static void say(const char *who)
{
	dprintf(1, "PAGES %s %d %zu %zu %zu %zu\n", who, getpid(), block_page, block_pages, copied,
		reused);
}

static void leave(const char *who)
{
	say(who);
	_exit(0);
}

static pid_t child(void)
{
	pid_t pid = must(fork());
	if (pid == 0)
		copied = reused = 0;
	return pid;
}

static void wait_for(pid_t pid)
{
	int status;
	gives(waitpid(pid, &status, 0), pid);
	gives(status, 0);
}

static void pass(int *to)
{
	gives(write(to[1], "", 1), 1);
}

/* When a call that gives up pages was done with them isn't seen: it may take microseconds for each. */
static void pass_later(int *to)
{
	usleep(30000);
	pass(to);
}

static void take(int *from)
{
	char byte;
	gives(read(from[0], &byte, 1), 1);
}

/* The child writes 16 MiB, and then the parent 8 MiB that the child hasn't touched. */
static void sides(void)
{
	pid_t pid = child();
	if (!pid) {
		write_pages(0, PAGES_OF(16 * MIB), COPIES);
		pass(back);
		take(turn);
		leave("child");
	}
	take(back);
	write_pages(PAGES_OF(32 * MIB), PAGES_OF(8 * MIB), COPIES);
	pass(turn);
	wait_for(pid);
}

static void child_writes(void)
{
	pid_t pid = child();
	if (!pid) {
		write_pages(0, block_pages, COPIES);
		leave("child");
	}
	wait_for(pid);
}

static void parent_after_exit(void)
{
	pid_t pid = child();
	if (!pid)
		leave("child");
	wait_for(pid);
	write_pages(0, block_pages, REUSES);
}

static void parent_after_exec(void)
{
	pid_t pid = child();
	if (!pid) {
		say("child");
		must(dup2(back[1], 3));
		execl("/bin/sh", "sh", "-c", "echo >&3; read x", NULL);
		_exit(1);
	}
	take(back);
	write_pages(0, block_pages, REUSES);
	gives(write(turn[1], "\n", 1), 1);
	wait_for(pid);
}

/* Of each MiB of the first half one side copies, and the other, which comes second, reuses. */
static void turns(void)
{
	pid_t pid = child();
	for (size_t i = 0; i < 32; i++) {
		size_t at = PAGES_OF(i * MIB), pages = PAGES_OF(MIB);
		bool first = i % 2 ? pid != 0 : pid == 0;
		if (!first)
			take(pid ? back : turn);
		write_pages(at, pages, first ? COPIES : REUSES);
		pass(pid ? turn : back);
		if (first)
			take(pid ? back : turn);
	}
	if (!pid)
		leave("child");
	wait_for(pid);
}

/* Of three that share, two copy. */
static void two_children(void)
{
	pid_t one = child();
	if (!one) {
		take(turn);
		write_pages(0, block_pages, REUSES);
		leave("first");
	}
	pid_t two = child();
	if (!two) {
		write_pages(0, block_pages, COPIES);
		leave("second");
	}
	wait_for(two);
	write_pages(0, block_pages, COPIES);
	pass(turn);
	wait_for(one);
}

/* What the child has made its own, it shares with the grandchild alone. */
static void grandchild(void)
{
	size_t half = block_pages / 2;
	pid_t pid = child();
	if (!pid) {
		write_pages(0, half, COPIES);
		size_t own = copied;
		pid_t grand = child();
		if (!grand) {
			write_pages(0, half, COPIES);
			write_pages(half, half, COPIES);
			leave("grandchild");
		}
		copied = own;
		wait_for(grand);
		write_pages(0, half, REUSES);
		write_pages(half, half, COPIES);
		leave("child");
	}
	wait_for(pid);
	write_pages(0, block_pages, REUSES);
}

/* The child is gone, but not who it left. */
static void orphan(void)
{
	must(prctl(PR_SET_CHILD_SUBREAPER, 1));
	pid_t pid = child();
	if (!pid) {
		if (!child()) {
			pass(back);
			take(turn);
			leave("grandchild");
		}
		leave("child");
	}
	wait_for(pid);
	take(back);
	write_pages(0, block_pages, COPIES);
	pass(turn);
	must(wait(NULL));
}

/* Who gives up a page shares it no more. */
static void dropped(void)
{
	pid_t pid = child();
	if (!pid) {
		size_t quarter = block_pages / 4;
		must(munmap(block + 3 * quarter * PAGE, (block_pages - 3 * quarter) * PAGE));
		must(mremap(block, 3 * quarter * PAGE, 2 * quarter * PAGE, 0));
		must(madvise(block, 2 * quarter * PAGE, MADV_DONTNEED));
		pass_later(back);
		take(turn);
		leave("child");
	}
	take(back);
	write_pages(0, block_pages, REUSES);
	pass(turn);
	wait_for(pid);
}

/* Elsewhere in memory the child's pages are shared as they were. */
static void moved(void)
{
	size_t half = block_pages / 2;
	pid_t pid = child();
	if (!pid) {
		for (int i = 0; i < 3; i++) {
			char *to = must(mmap(NULL, 2 * block_pages * PAGE, PROT_NONE,
					     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
			block = must(mremap(block, block_pages * PAGE, block_pages * PAGE,
					    MREMAP_MAYMOVE | MREMAP_FIXED, to));
		}
		write_pages(0, half, COPIES);
		pass(back);
		take(turn);
		must(munmap(block + half * PAGE, half * PAGE));
		pass_later(back);
		take(turn);
		leave("child");
	}
	take(back);
	write_pages(0, half, REUSES);
	write_pages(half, half / 2, COPIES);
	pass(turn);
	take(back);
	write_pages(half + half / 2, half / 2, REUSES);
	pass(turn);
	wait_for(pid);
}

/* A page that came to be after one fork is shared from the next one on. */
static void later_pages(void)
{
	size_t half = block_pages / 2;
	must(madvise(block + half * PAGE, half * PAGE, MADV_DONTNEED));
	pid_t one = child();
	if (!one) {
		take(turn);
		write_pages(0, half, COPIES);
		leave("first");
	}
	memset(block + half * PAGE, 1, half * PAGE);
	pid_t two = child();
	if (!two) {
		write_pages(0, block_pages, COPIES);
		leave("second");
	}
	wait_for(two);
	write_pages(half, half, REUSES);
	pass(turn);
	wait_for(one);
	write_pages(0, half, REUSES);
}

/* Twenty at once, of which all but the last copy. */
static void many_children(void)
{
	for (int i = 0; i < 20; i++) {
		pid_t pid = child();
		if (!pid) {
			write_pages(0, PAGES_OF(MIB), COPIES);
			leave("child");
		}
		wait_for(pid);
	}
	write_pages(0, PAGES_OF(MIB), REUSES);
}

/* What the child did last it can't tell any more, but it shares nothing. */
static void killed(void)
{
	pid_t pid = child();
	if (!pid) {
		write_pages(0, PAGES_OF(MIB), COPIES);
		raise(SIGKILL);
	}
	int status;
	gives(waitpid(pid, &status, 0), pid);
	write_pages(0, block_pages, REUSES);
}

static int borrower(void *unused)
{
	block[0] = 1;
	_exit(0);
}

/* Memory that is lent and not forked stays as it is: neither copies nor faults. */
static void memory_lent(void)
{
	extern char **environ;
	static char stack[64 << 10] __attribute__((aligned(16)));
	char *words[] = {"true", NULL};
	pid_t pid = vfork();
	if (!pid)
		borrower(NULL);
	wait_for(pid);
	gives(posix_spawn(&pid, "/bin/true", NULL, NULL, words, environ), 0);
	wait_for(pid);
	pid = must(clone(borrower, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL));
	wait_for(pid);
	for (size_t i = 0; i < block_pages; i++)
		block[i * PAGE] = 1;
}

/* Pages that are zero so far, or not there, are filled and not copied. */
static void nothing_there(void)
{
	size_t half = block_pages / 2;
	must(madvise(block, block_pages * PAGE, MADV_DONTNEED));
	for (size_t i = 0; i < half; i++)
		(void)((volatile char *)block)[i * PAGE];
	pid_t pid = child();
	if (!pid) {
		memset(block, 1, block_pages * PAGE);
		leave("child");
	}
	wait_for(pid);
	memset(block, 1, block_pages * PAGE);
}

/* Memory that the child doesn't get, or gets anew. */
static void kept(void)
{
	size_t half = block_pages / 2;
	must(madvise(block, half * PAGE, MADV_WIPEONFORK));
	must(madvise(block + half * PAGE, half * PAGE, MADV_DONTFORK));
	pid_t pid = child();
	if (!pid) {
		gives(block[0], 0);
		memset(block, 1, half * PAGE);
		leave("child");
	}
	wait_for(pid);
	memset(block, 1, block_pages * PAGE);
}

/* Each writes when it likes: at least one of the two copies a page, perhaps both. */
static void at_once(void)
{
	pid_t pid = child();
	for (size_t i = 0; i < block_pages; i++)
		block[i * PAGE] = 1;
	if (!pid)
		leave("child");
	wait_for(pid);
}

static const struct {
	const char *name;
	void (*run)(void);
} scenarios[] = {
    {"sides", sides},
    {"child", child_writes},
    {"after-exit", parent_after_exit},
    {"after-exec", parent_after_exec},
    {"turns", turns},
    {"two-children", two_children},
    {"grandchild", grandchild},
    {"orphan", orphan},
    {"dropped", dropped},
    {"later-pages", later_pages},
    {"moved", moved},
    {"many-children", many_children},
    {"killed", killed},
    {"memory-lent", memory_lent},
    {"nothing-there", nothing_there},
    {"at-once", at_once},
    {"kept", kept},
};

static void make_block(const char *kind)
{
	int fd = -1;
	block_pages = PAGES_OF(64 * MIB);
	if (!strcmp(kind, "memfd")) {
		fd = must(memfd_create("block", 0));
		must(ftruncate(fd, (off_t)(block_pages * PAGE)));
	}
	char *room = must(mmap(NULL, (block_pages * PAGE) + 2 * MIB, PROT_NONE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	room = (char *)(((uintptr_t)room + 2 * MIB - 1) & ~(2 * MIB - 1));
	block = must(mmap(room, block_pages * PAGE, PROT_READ | PROT_WRITE,
			  MAP_FIXED | MAP_PRIVATE | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0));
	must(madvise(block, block_pages * PAGE,
		     strcmp(kind, "huge") ? MADV_NOHUGEPAGE : MADV_HUGEPAGE));
	memset(block, 1, block_pages * PAGE);
	block_page = (uintptr_t)block / PAGE;
	before = must(mmap(NULL, 16 * block_pages, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0));
	after = before + block_pages;
}

/*
 * A page that another CPU made a moment ago has one more reference, of that CPU's list of new
 * pages, and is copied though nobody shares it (mm/memory.c, wp_can_reuse_anon_folio).
 */
static void stay_on_one_cpu(void)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET((size_t)must(sched_getcpu()), &set);
	must(sched_setaffinity(0, sizeof(set), &set));
}

int main(int argc, char **argv)
{
	stay_on_one_cpu();
	must(pipe(turn));
	must(pipe(back));
	must(dup2(turn[0], 0));
	make_block(argc > 2 ? argv[2] : "");
	for (size_t i = 0; argc > 1 && i < sizeof(scenarios) / sizeof(*scenarios); i++) {
		if (strcmp(argv[1], scenarios[i].name))
			continue;
		scenarios[i].run();
		leave("parent");
	}
	dprintf(2, "no such scenario\n");
	return 2;
}
