/*
 * lookups.c - users, groups and hosts, looked up in files that libc opens and closes under one number after
 * another: the bytes of each are in its own row.
 *
 * EXPECT object netlink: from_user=20 to_user=any
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

static void is_read(const char *path)
{
	struct stat status;
	char *real = realpath(path, NULL);
	if (!real)
		return;
	must(stat(real, &status));
	dprintf(1, "EXPECT object regular %s: to_user=%ld\n", real, (long)status.st_size);
}

int main(void)
{
	struct addrinfo *list;
	gives(getpwnam("no-such-user") == NULL, 1);
	gives(getgrnam("no-such-group") == NULL, 1);
	int error = getaddrinfo("localhost", "80", NULL, &list);
	gives(!error || access("/etc/hosts", R_OK), 1); /* new containers may have none */
	is_read("/etc/passwd");
	is_read("/etc/group");
	is_read("/etc/hosts");
	is_read("/etc/host.conf");
	is_read("/etc/resolv.conf");
	is_read("/etc/nsswitch.conf");
	return 0;
}
