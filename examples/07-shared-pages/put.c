/*
 * put.c - makes a file of 1 MiB in memory, fills the first bytes of it, and runs a command with its
 * path: put shm_open|tmpfs|memfd NAME store|write FILLED [COMMAND [ARGUMENT...]].
 */
#include "contents.h"

#include <sys/mman.h>

static char path[4096];

/* Where glibc's shm_open has its files: shm_overview(7). */
static int made_by_shm_open(const char *name)
{
	snprintf(path, sizeof(path), "/dev/shm/%s", name + strspn(name, "/"));
	return shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
}

static int made_in_tmpfs(const char *name)
{
	snprintf(path, sizeof(path), "%s", name);
	return open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
}

/* The name is for people who look at /proc alone. */
static int made_by_memfd(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", getpid(), fd);
	return fd;
}

static int made(const char *form, const char *name)
{
	int fd = !strcmp(form, "shm_open") ? made_by_shm_open(name)
		 : !strcmp(form, "tmpfs")  ? made_in_tmpfs(name)
		 : !strcmp(form, "memfd")  ? made_by_memfd(name)
					   : (errno = EINVAL, -1);

	if (fd < 0 || ftruncate(fd, SIZE))
		err(1, "%s %s", form, name);
	return fd;
}

static void store_in(int fd, size_t filled)
{
	void *memory = must_map(fd, SIZE, PROT_READ | PROT_WRITE);

	fill(memory, filled);
	munmap(memory, SIZE);
}

static void write_to(int fd, size_t filled)
{
	static char buffer[SIZE];

	fill(buffer, filled);
	write_all(fd, buffer, filled);
}

int main(int argc, char **argv)
{
	if (argc < 5)
		errx(2, "usage: put shm_open|tmpfs|memfd NAME store|write FILLED [COMMAND...]");
	size_t filled = filled_argument(argv[4]);
	int store = !strcmp(argv[3], "store");

	if (!store && strcmp(argv[3], "write"))
		errx(2, "'%s' isn't store or write", argv[3]);
	int fd = made(argv[1], argv[2]);

	if (store)
		store_in(fd, filled);
	else
		write_to(fd, filled);
	if (argc > 5)
		run_with(argv + 5, argc - 5, path);
	return 0;
}
