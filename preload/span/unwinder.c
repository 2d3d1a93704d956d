/*
 * unwinder.c - libunwind, loaded so that the program can't notice.
 *
 * It is opened here and not linked: as a needed library its _Unwind_* symbols
 * would come before those of libgcc, and pthread_exit or a library with its
 * own libgcc would crash.
 *
 * libunwind checks that memory is readable by writing it to a pipe of its own
 * and reading it back. The pipe would take two descriptors, which a program
 * may close and open again as files of its own: then their content would be
 * eaten and overwritten. So the calls that make and use the pipe are replaced,
 * in libunwind's table of imports only, by a check that needs none.
 */
#include "span/unwinder.h"

#include "abi/raw.h"
#include "region/own_faults.h"
#include "region/signals.h"
#include "region/thread.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

static int (*unw_backtrace)(void **, int);
static uint32_t paused;

static int no_pipe(int fds[2], int flags)
{
	fds[0] = fds[1] = -1;
	errno = EMFILE;
	return -1;
}

static ssize_t read_no_pipe(int fd, void *buffer, size_t n)
{
	errno = EAGAIN; /* what an empty pipe says: it need not be opened again */
	return -1;
}

/*
 * libunwind's only direct system call is write(pipe, address, 1). The kernel
 * reads a signal mask before it looks at what to do with it, so an impossible
 * `how` gives EFAULT or EINVAL, and changes nothing (kernel/signal.c).
 */
static long is_readable(long number, ...)
{
	va_list arguments;
	va_start(arguments, number);
	(void)va_arg(arguments, int);
	const void *address = va_arg(arguments, const void *);
	va_end(arguments);
	if (RAW_4(SYS_rt_sigprocmask, -1, address, NULL, 8) != -EINVAL) {
		errno = EFAULT;
		return -1;
	}
	errno = 0;
	return 1;
}

/*
 * The files that it looks into are none of the program's business: libc's calls
 * would be counted, and in exhaustive mode each would cost a signal.
 */
static long or_errno(long r)
{
	if (r >= 0 || r < -4095)
		return r;
	errno = (int)-r;
	return -1;
}

static int open_uncounted(const char *path, int flags, ...)
{
	return (int)or_errno(raw_open(path, flags, 0));
}

static int close_uncounted(int fd)
{
	return (int)or_errno(raw_close(fd));
}

/* What it takes for itself it fills at once: the 256 KiB of its cache. */
static void *mmap_uncounted(void *at, size_t n, int protection, int flags, int fd, off_t offset)
{
	struct own_faults own;
	if (flags & MAP_ANONYMOUS)
		flags |= MAP_POPULATE;
	own_faults_begin(&own);
	long r = raw_own(SYS_mmap, (long)at, (long)n, protection, flags, fd, (long)offset);
	own_faults_end(&own);
	if (r > 0 || r < -4095)
		own_memory_add((void *)r, n);
	return (void *)or_errno(r);
}

static int munmap_uncounted(void *at, size_t n)
{
	return (int)or_errno(raw_munmap(at, n));
}

static int mincore_uncounted(void *at, size_t n, unsigned char *pages)
{
	return (int)or_errno(RAW_3(SYS_mincore, at, n, pages));
}

static int msync_uncounted(void *at, size_t n, int flags)
{
	return (int)or_errno(RAW_3(SYS_msync, at, n, flags));
}

#define KEPT_OUT_BY_LIBC (1ull << 31 | 1ull << 32) /* of a mask */

/*
 * libunwind blocks all signals around each of its locks, some hundred times for
 * a stack that it hasn't seen. A capture of ours has blocked them already; but
 * the program may use the same library for itself.
 */
static int sigprocmask_uncounted(int how, const sigset_t *set, sigset_t *old)
{
	uint64_t kept_out = KEPT_OUT_BY_LIBC | signals_never_held();
	if (unwinder_is_capturing())
		return 0;
	uint64_t mask = set ? *(const uint64_t *)set & ~kept_out : 0;
	return (int)or_errno(RAW_4(SYS_rt_sigprocmask, how, set ? &mask : NULL, old, 8));
}

/* The first ones must be there. */
static const struct {
	const char *name;
	void *replacement;
} replaced[] = {
    {"pipe2", (void *)no_pipe},		  {"read", (void *)read_no_pipe},
    {"syscall", (void *)is_readable},	  {"open", (void *)open_uncounted},
    {"close", (void *)close_uncounted},	  {"mmap", (void *)mmap_uncounted},
    {"munmap", (void *)munmap_uncounted}, {"mincore", (void *)mincore_uncounted},
    {"msync", (void *)msync_uncounted},	  {"sigprocmask", (void *)sigprocmask_uncounted},
};
#define REPLACED_AT_LEAST 3

/* Whether the loader has made the page of an address read-only after relocating it. */
static bool is_read_only(const struct link_map *map, uintptr_t address)
{
	const ElfW(Ehdr) *head = (const void *)map->l_addr;
	const ElfW(Phdr) *segment = (const void *)(map->l_addr + head->e_phoff);
	for (int i = 0; i < head->e_phnum; i++, segment++) {
		uintptr_t start = map->l_addr + segment->p_vaddr;
		if (segment->p_type == PT_GNU_RELRO)
			return address >= (start & -4096ul) &&
			       address < ((start + segment->p_memsz) & -4096ul);
	}
	return false;
}

static void replace_import(const struct link_map *map, uintptr_t *slot, void *replacement)
{
	uintptr_t page = (uintptr_t)slot & -4096ul;
	bool read_only = is_read_only(map, (uintptr_t)slot);
	if (read_only && RAW_3(SYS_mprotect, page, 4096, PROT_READ | PROT_WRITE) < 0)
		return;
	*slot = (uintptr_t)replacement;
	if (read_only)
		RAW_3(SYS_mprotect, page, 4096, PROT_READ);
}

/* Returns how many of those that must be there were found. */
static unsigned replace_imports(const struct link_map *map)
{
	const ElfW(Sym) *symbols = NULL;
	const char *strings = NULL;
	const ElfW(Rela) *relocations = NULL;
	size_t count = 0;
	unsigned found = 0;

	for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
		if (entry->d_tag == DT_SYMTAB)
			symbols = (const void *)entry->d_un.d_ptr;
		else if (entry->d_tag == DT_STRTAB)
			strings = (const void *)entry->d_un.d_ptr;
		else if (entry->d_tag == DT_JMPREL)
			relocations = (const void *)entry->d_un.d_ptr;
		else if (entry->d_tag == DT_PLTRELSZ)
			count = entry->d_un.d_val / sizeof(*relocations);
	}
	if (!symbols || !strings || !relocations)
		return 0;
	for (size_t i = 0; i < count; i++) {
		const char *name = strings + symbols[ELF64_R_SYM(relocations[i].r_info)].st_name;
		for (size_t k = 0; k < sizeof(replaced) / sizeof(*replaced); k++) {
			if (strcmp(name, replaced[k].name) == 0) {
				replace_import(map, (void *)(map->l_addr + relocations[i].r_offset),
					       replaced[k].replacement);
				found += k < REPLACED_AT_LEAST;
			}
		}
	}
	return found;
}

static const struct link_map *last_loaded(void)
{
	const struct link_map *map = _r_debug.r_map;
	while (map->l_next)
		map = map->l_next;
	return map;
}

/* What has been loaded, this and what comes after it, nobody but us asked for. */
static void add_images(const struct link_map *map)
{
	for (; map; map = map->l_next) {
		const ElfW(Ehdr) *head = (const void *)map->l_addr;
		const ElfW(Phdr) *segment = (const void *)(map->l_addr + head->e_phoff);
		uintptr_t end = map->l_addr;
		for (int i = 0; i < head->e_phnum; i++)
			if (segment[i].p_type == PT_LOAD)
				end = map->l_addr + segment[i].p_vaddr + segment[i].p_memsz;
		own_memory_add_image((const void *)map->l_addr, (const void *)end);
	}
}

/*
 * libc's dlopen, whoever interposes it: the sanitizers end a program that asks
 * for deep binding, lest a library has an allocator of its own. This one
 * allocates nothing.
 */
static void *(*own_dlopen(void))(const char *, int)
{
	void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
	void *found = libc ? dlsym(libc, "dlopen") : NULL;
	return found ? (void *(*)(const char *, int))found : dlopen;
}

bool unwinder_load(void)
{
	/* Deep binding: it must not call functions that the program interposes. */
	const struct link_map *last = last_loaded();
	void *library = own_dlopen()("libunwind.so.8", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
	add_images(last->l_next);
	struct link_map *map;
	if (!library || dlinfo(library, RTLD_DI_LINKMAP, &map) != 0) {
		dlerror(); /* it is no error of the program's */
		return false;
	}
	if (replace_imports(map) != REPLACED_AT_LEAST)
		return false;
	unw_backtrace = (int (*)(void **, int))dlsym(library, "unw_backtrace");
	return unw_backtrace != NULL;
}

int unwinder_capture(void **addresses, int n)
{
	if (!unw_backtrace)
		return 0;
	/* The loader may allocate for libunwind's thread-local variables: not on the program's
	 * account. */
	self.malloc_sizes = self.realloc_sizes = self.free_sizes = NULL;
	uint64_t before = signals_hold();
	__atomic_exchange_n(&self.locals->capturing, 1, __ATOMIC_SEQ_CST);
	int found = 0;
	if (!__atomic_load_n(&paused, __ATOMIC_SEQ_CST)) {
		/* A program may look at errno after a call that succeeds. */
		int saved = errno;
		found = unw_backtrace(addresses, n);
		errno = saved;
		self.unwound = true;
	}
	__atomic_store_n(&self.locals->capturing, 0, __ATOMIC_RELEASE);
	signals_release(before);
	return found;
}

bool unwinder_is_capturing(void)
{
	return self.locals && self.locals->capturing;
}

void unwinder_pause(void)
{
	__atomic_fetch_add(&paused, 1, __ATOMIC_SEQ_CST);
	for (int i = 0; i < 100 && threads_capturing(); i++) {
		struct timespec wait = {.tv_nsec = 100000};
		RAW_2(SYS_nanosleep, &wait, NULL);
	}
	/* One may have left it by an exception; the next fork needn't wait for it. */
	threads_captured();
}

void unwinder_resume(void)
{
	__atomic_fetch_sub(&paused, 1, __ATOMIC_SEQ_CST);
}

void unwinder_forked(void)
{
	paused = 0;
}
