/*
 * touched_memory.c - touches memory of one sort, and says what the kernel must have done for it.
 *
 * usage: touched_memory SCENARIO [DIRECTORY]
 *
 * Prints "MAPPED KIND NAME ITEM...", NAME "-" where the kind has one alone. An item is what a mapping's
 * row must say, or its faults by reason: = exactly, or ~ and what else is of the same name beside it.
 * What the kernel counts is asked of it: getrusage, /proc/self/smaps.
 */
#include "must.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>

#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#define PAGE 4096ul
#define MIB  (1ul << 20)

static const char *directory = ".";

static long faults(void)
{
	struct rusage usage;
	must(getrusage(RUSAGE_SELF, &usage));
	return usage.ru_minflt;
}

static char *map(size_t bytes, int flags, int fd)
{
	return must(mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, fd, 0));
}

/* Returns how many faults that took. */
static long write_to(char *at, size_t bytes)
{
	long before = faults();
	for (size_t i = 0; i < bytes; i += PAGE)
		((volatile char *)at)[i] = 1;
	return faults() - before;
}

static long read_from(const char *at, size_t bytes)
{
	long before = faults();
	for (size_t i = 0; i < bytes; i += PAGE)
		(void)((const volatile char *)at)[i];
	return faults() - before;
}

/* What /proc/self/smaps says of the mapping at an address. */
static unsigned long smaps(const void *at, const char *field)
{
	char line[512];
	unsigned long start, end, kib;
	bool here = false;
	FILE *file = fopen("/proc/self/smaps", "r");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			here = (uintptr_t)at >= start && (uintptr_t)at < end;
		else if (here && strncmp(line, field, strlen(field)) == 0 &&
			 sscanf(line + strlen(field), ": %lu", &kib) == 1)
			break;
	}
	fclose(file);
	return kib << 10;
}

/* As many faults, and the tracer's own beside. */
#define takes(faults, number)                                                                      \
	do {                                                                                       \
		long taken_ = (faults);                                                            \
		if (taken_ < (number) || taken_ > (number) + 100)                                  \
			complain(__FILE__, __LINE__, #faults, taken_);                             \
	} while (0)

static void touch(void)
{
	char *at = map(64 * MIB, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	takes(write_to(at, 64 * MIB), 16384);
	puts("MAPPED anonymous - zero_fill~16384 zero_filled_bytes~67108864 cow_bytes=0");
}

static void zero_page(void)
{
	char *at = map(64 * MIB, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	takes(read_from(at, 64 * MIB), 16384);
	takes(write_to(at, 16 * MIB), 4096);
	/* One page after the other; of a few the two faults aren't looked at together. */
	at = map(MIB, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	for (size_t i = 0; i < MIB; i += PAGE)
		takes(read_from(at + i, PAGE) + write_to(at + i, PAGE), 2);
	puts("MAPPED anonymous - zero_page~16600 zero_fill~4352 zero_filled_bytes~17825792");
}

static void again(void)
{
	char *at = map(16 * MIB, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	takes(write_to(at, 16 * MIB), 4096);
	must(madvise(at, 16 * MIB, MADV_DONTNEED));
	takes(write_to(at, 16 * MIB), 4096);
	takes(write_to(at, 16 * MIB), 0);
	puts("MAPPED anonymous - zero_fill~8192 zero_filled_bytes~33554432");
}

/* Cut off, freed by the kernel in its own time, or from under a lock. */
static void given_back(void)
{
	char *at = map(8 * MIB, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	takes(write_to(at, 8 * MIB), 2048);
	at = must(mremap(at, 8 * MIB, 4 * MIB, 0));
	at = must(mremap(at, 4 * MIB, 8 * MIB, MREMAP_MAYMOVE));
	takes(write_to(at, 8 * MIB), 1024);
	long more = 0;
	must(madvise(at, 8 * MIB, MADV_FREE));
	if (madvise(at, 8 * MIB, MADV_PAGEOUT) == 0)
		more = write_to(at, 8 * MIB) / 1024 * 1024;
	must(mlock(at, MIB));
	if (madvise(at, MIB, MADV_DONTNEED_LOCKED) == 0) {
		takes(write_to(at, MIB), 256);
		more += 256;
	}
	printf("MAPPED anonymous - zero_fill~%ld zero_filled_bytes~%ld\n", 3072 + more,
	       (3072 + more) * (long)PAGE);
}

/* By who locks it. */
static void lock(void)
{
	char *at = map(3 * MIB, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	must(mlock(at, MIB));
	must(mlock2(at + MIB, MIB, 0));
	map(MIB, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1);
	puts("MAPPED anonymous - zero_fill~768 zero_filled_bytes~3145728 populated_bytes=3145728");
	takes(write_to(at, 2 * MIB), 0);
}

static void protect(void)
{
	char *at = map(16 * MIB, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	takes(write_to(at, 16 * MIB), 4096);
	must(mprotect(at, 16 * MIB, PROT_READ));
	must(mprotect(at, 16 * MIB, PROT_READ | PROT_WRITE));
	write_to(at, 16 * MIB);
	puts("MAPPED anonymous - zero_fill~4096 zero_filled_bytes~16777216");
}

static void huge(void)
{
	char *at = map(66 * MIB, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	at = (char *)(((uintptr_t)at + 2 * MIB - 1) & -(2 * MIB));
	if (madvise(at, 64 * MIB, MADV_HUGEPAGE) < 0 || write_to(at, 60 * MIB) > 130)
		exit(77);
	if (madvise(at + 60 * MIB, 4 * MIB, MADV_POPULATE_WRITE) < 0)
		write_to(at + 60 * MIB, 4 * MIB);
	if (smaps(at, "AnonHugePages") != 64 * MIB)
		exit(77);
	puts("MAPPED anonymous - huge_page=32 zero_filled_bytes~67108864");
}

static void populate(void)
{
	char *at = map(64 * MIB, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1);
	puts("MAPPED anonymous - zero_fill~16384 zero_filled_bytes~67108864 "
	     "populated_bytes=67108864 mmap=16384");
	takes(write_to(at, 64 * MIB), 0);
}

static void moved(void)
{
	char *at = map(16 * MIB, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	char *obstacle =
	    must(mmap(at + 16 * MIB, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	takes(write_to(at, 16 * MIB), 4096);
	at = must(mremap(at, 16 * MIB, 64 * MIB, MREMAP_MAYMOVE));
	takes(write_to(at, 64 * MIB), 12288);
	must(munmap(at, 64 * MIB));
	must(munmap(obstacle, PAGE));
	puts("MAPPED anonymous - zero_fill~16384 zero_filled_bytes~67108864 cow_bytes=0");
}

static __attribute__((noinline)) long go_down(size_t bytes)
{
	volatile char frame[PAGE];
	frame[0] = 1;
	return bytes > PAGE ? go_down(bytes - PAGE) + frame[0] : 0;
}

static void stack(void)
{
	go_down(4 * MIB);
	/* The frames of our own signals are written there by the kernel. */
	puts("MAPPED stack - zero_fill~1016 zero_filled_bytes~4161536");
}

static void *in_thread(void *unused)
{
	(void)unused;
	go_down(4 * MIB);
	return NULL;
}

static void thread_stack(void)
{
	pthread_t thread;
	gives(pthread_create(&thread, NULL, in_thread, NULL), 0);
	pthread_join(thread, NULL);
	puts("MAPPED thread_stack - zero_fill~1016 zero_filled_bytes~4161536");
}

/* A file of so many bytes, none of them zero, all in the page cache; its path. */
static const char *make_file(size_t bytes, int *fd)
{
	static char path[4096], block[MIB]; /* touched too, by who asks for a file */
	snprintf(path, sizeof(path), "%s/mapped", directory);
	*fd = must(open(path, O_RDWR | O_CREAT | O_TRUNC, 0600));
	memset(block, 1, sizeof(block));
	for (size_t at = 0; at < bytes; at += MIB)
		gives(write(*fd, block, MIB), MIB);
	return path;
}

static void read_into(void)
{
	int fd;
	make_file(16 * MIB, &fd);
	char *at = map(32 * MIB, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	/* More at once than a ring of samples holds, by a function of its own and inside another. */
	gives(pread(fd, at, 16 * MIB, 0), 16 * MIB);
	gives(lseek(fd, 0, SEEK_SET), 0);
	FILE *file = must(fdopen(fd, "r"));
	gives(fread(at + 16 * MIB, MIB, 16, file), 16);
	/* A few pages: after a call that brings nothing there, and after one that only reads them. */
	char *few = map(8 * PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	int ends[2];
	must(pipe(ends));
	gives(pread(fd, few, 4 * PAGE, 16 * MIB), 0);
	gives(pread(fd, few, 4 * PAGE, 0), 4 * PAGE);
	gives(write(ends[1], few + 4 * PAGE, 4 * PAGE), 4 * PAGE);
	gives(pread(fd, few + 4 * PAGE, 4 * PAGE, 0), 4 * PAGE);
	puts("MAPPED anonymous - pread=4104 read=4096 write=4 zero_fill~8456 "
	     "zero_filled_bytes~34635776");
}

static void file_read(void)
{
	int fd;
	const char *path = make_file(16 * MIB, &fd);
	char *at = map(16 * MIB, MAP_PRIVATE, fd);
	long n = read_from(at, 16 * MIB);
	gives(smaps(at, "Rss"), 16 * MIB);
	printf("MAPPED FILE %s file_map=%ld mapped_in_bytes=16777216 private_bytes=0 "
	       "zero_filled_bytes=0 cow_bytes=0 maps=1\n",
	       path, n);
}

static void file_unmapped(void)
{
	int fd;
	const char *path = make_file(16 * MIB, &fd);
	char *at = map(8 * MIB, MAP_SHARED, fd);
	at = must(mremap(at, 8 * MIB, 16 * MIB, MREMAP_MAYMOVE));
	long n = read_from(at, MIB);
	unsigned long rss = smaps(at, "Rss");
	must(munmap(at, 16 * MIB));
	printf("MAPPED FILE %s %s=%ld mapped_in_bytes=%lu mapped_bytes=16777216\n", path, "map", n,
	       rss);
}

static void file_populate(void)
{
	int fd;
	const char *path = make_file(16 * MIB, &fd);
	char *at = map(16 * MIB, MAP_SHARED | MAP_POPULATE, fd);
	printf("MAPPED FILE %s populated_bytes=16777216 mapped_in_bytes=16777216\n", path);
	read_from(at, 16 * MIB);
}

static void file_write(void)
{
	int fd;
	const char *path = make_file(16 * MIB, &fd);
	char *at = map(16 * MIB, MAP_PRIVATE, fd);
	takes(write_to(at, 8 * MIB), 2048);
	printf("MAPPED FILE %s file_cow=2048 cow_bytes=8388608 zero_filled_bytes=0 "
	       "private_bytes=%lu mapped_in_bytes=%lu\n",
	       path, smaps(at, "Anonymous"), smaps(at, "Rss"));
}

/* New shared memory, touched; and once more, as it is. */
static void share(const char *kind, const char *name, int fd)
{
	char *at = map(4 * MIB, MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd);
	takes(write_to(at, 4 * MIB), 1024);
	if (fd < 0) {
		printf("MAPPED %s %s shared_memory=1024 zero_filled_bytes=4194304 "
		       "mapped_in_bytes=4194304 unclaimed_pages=0\n",
		       kind, name);
		return;
	}
	char *more = map(4 * MIB, MAP_SHARED_VALIDATE, fd);
	long n = read_from(more, 4 * MIB);
	printf("MAPPED %s %s shared_memory=%ld zero_filled_bytes=4194304 mapped_in_bytes=8388608 "
	       "unclaimed_pages=%ld maps=2\n",
	       kind, name, 1024 + n, n);
}

static void shm(void)
{
	char name[64], path[80];
	snprintf(name, sizeof(name), "/copytrace-test-%d", (int)getpid());
	snprintf(path, sizeof(path), "/dev/shm%s", name);
	int fd = must(shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600));
	must(ftruncate(fd, 4 * MIB));
	share("tmpfs", path, fd);
	must(shm_unlink(name));
}

static void memfd(void)
{
	int fd = must(memfd_create("touched", 0));
	must(ftruncate(fd, 4 * MIB));
	share("memfd", "/memfd:touched", fd);
	/* It was written to. */
	static char block[MIB];
	fd = must(memfd_create("written", 0));
	gives(write(fd, block, MIB), MIB);
	map(MIB, MAP_SHARED | MAP_POPULATE, fd);
	puts("MAPPED memfd /memfd:written populated_bytes=1048576 zero_filled_bytes=0");
}

static void sysv(void)
{
	int id = must(shmget(IPC_PRIVATE, 4 * MIB, IPC_CREAT | 0600));
	char *at = must(shmat(id, NULL, 0));
	takes(write_to(at, 4 * MIB), 1024);
	printf("MAPPED sysv_shm sysv_shm\\ %d shared_memory=1024 zero_filled_bytes=4194304 "
	       "mapped_in_bytes=4194304\n",
	       id);
	must(shmdt(at));
	must(shmctl(id, IPC_RMID, NULL));
	/* Another has filled this one, and is gone. */
	id = must(shmget(IPC_PRIVATE, MIB, IPC_CREAT | 0600));
	fflush(stdout);
	pid_t pid = must(fork());
	if (pid == 0) {
		write_to(must(shmat(id, NULL, 0)), MIB);
		_exit(0);
	}
	gives(waitpid(pid, NULL, 0), pid);
	read_from(must(shmat(id, NULL, 0)), MIB);
	must(shmctl(id, IPC_RMID, NULL));
	printf("MAPPED sysv_shm sysv_shm\\ %d zero_filled_bytes=0 mapped_in_bytes=1048576\n", id);
}

static void anonymous(void)
{
	share("shared_anonymous", "-", -1);
}

static void removed(void)
{
	char *at = map(4 * MIB, MAP_SHARED | MAP_ANONYMOUS, -1);
	takes(write_to(at, 4 * MIB), 1024);
	must(madvise(at, 4 * MIB, MADV_REMOVE));
	takes(write_to(at, 4 * MIB), 1024);
	puts("MAPPED shared_anonymous - shared_memory=2048 zero_filled_bytes=8388608");
}

/* Who of two filled it can't be known to either. */
static void with_child(void)
{
	char *at = map(4 * MIB, MAP_SHARED | MAP_ANONYMOUS, -1);
	fflush(stdout);
	pid_t pid = must(fork());
	if (pid == 0) {
		takes(write_to(at, 4 * MIB), 1024);
		_exit(0);
	}
	gives(waitpid(pid, NULL, 0), pid);
	must(read_from(at, 4 * MIB));
	puts("MAPPED shared_anonymous - zero_filled_bytes=0");
}

/* Each process has a copy of its own of what it writes to: the library's path is in DIRECTORY. */
static void library(void)
{
	void *handle = dlopen(directory, RTLD_NOW);
	char *data = handle ? dlsym(handle, "data") : NULL;
	gives(data != NULL, 1);
	fflush(stdout);
	pid_t pid = must(fork());
	/* The first page has others' data too, and may have been written to. */
	write_to(data, MIB);
	if (pid == 0)
		_exit(0);
	gives(waitpid(pid, NULL, 0), pid);
	printf("MAPPED file %s file_cow~255 cow_bytes~1044480\n", directory);
	printf("CHILD file %s file_cow~255 cow_bytes~1044480\n", directory);
}

static const struct {
	const char *name;
	void (*run)(void);
} scenarios[] = {
    {"touch", touch},
    {"zero-page", zero_page},
    {"again", again},
    {"given-back", given_back},
    {"lock", lock},
    {"protect", protect},
    {"huge", huge},
    {"populate", populate},
    {"moved", moved},
    {"stack", stack},
    {"thread-stack", thread_stack},
    {"read-into", read_into},
    {"file-read", file_read},
    {"file-unmapped", file_unmapped},
    {"file-populate", file_populate},
    {"file-write", file_write},
    {"shm", shm},
    {"memfd", memfd},
    {"sysv", sysv},
    {"anonymous", anonymous},
    {"removed", removed},
    {"with-child", with_child},
    {"library", library},
};

int main(int argc, char **argv)
{
	if (argc > 2)
		directory = argv[2];
	for (size_t i = 0; argc > 1 && i < sizeof(scenarios) / sizeof(*scenarios); i++) {
		if (strcmp(argv[1], scenarios[i].name) == 0) {
			scenarios[i].run();
			return 0;
		}
	}
	dprintf(2, "usage: touched_memory SCENARIO [DIRECTORY]\n");
	return 2;
}
