/*
 * internal_reuse.c - a number that libc opened and closed inside itself between two uses by the program
 * stands for what it is now, whichever way it came to be that.
 *
 * EXPECT object zero: zero_filled=7*100
 * EXPECT object null: discarded=7*7
 * EXPECT syscall read: calls=any errors=any returned=any to_user=any zero_filled=7*100
 * EXPECT syscall write: calls=7 returned=7*7 discarded=7*7
 */
#include "must.h"
#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

static char buffer[100];
static int number;

/* Opened by a system call that nobody counts: what the number stood for before must be forgotten by now. */
static void is(const char *path)
{
	gives(syscall(SYS_openat, AT_FDCWD, path, O_RDWR), number);
}

static void is_zero(void)
{
	is("/dev/zero");
	gives(read(number, buffer, 100), 100);
}

static void is_null(void)
{
	is("/dev/null");
	gives(write(number, buffer, 7), 7);
}

static void users(void)
{
	gives(getpwnam("no-such-user") == NULL, 1);
}

static void users_kept_open(void)
{
	setpwent();
	gives(getpwent() != NULL, 1);
	endpwent();
}

static void names(void)
{
	struct dirent **list;
	must(scandir(".", &list, NULL, NULL));
}

static void command(void)
{
	gives(system("true"), 0);
}

static void stream(void)
{
	gives(fclose(fopen("/etc/passwd", "r")), 0);
}

static void by_number(void)
{
	syscall(SYS_dup3, 1, number, 0);
	must(syscall(SYS_close, number));
}

static void ranges(void)
{
	is("/dev/zero");
	must(syscall(SYS_close_range, number, number, 0));
}

int main(void)
{
	void (*const between[])(void) = {users,	 users_kept_open, names, command,
					 stream, by_number,	  ranges};
	number = must(dup(1));
	must(close(number));
	for (int i = 0; i < 7; i++) {
		is_zero();
		must(close(number));
		between[i]();
		is_null();
		must(syscall(SYS_close, number));
	}
	return 0;
}
