/*
 * identify.c - asks the kernel what a descriptor refers to.
 */
#include "span/identify.h"

#include "abi/raw.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/vfs.h>

/* Numbers of file systems: include/uapi/linux/magic.h and ipc/mqueue.c. */
#define MAGIC_TMPFS  0x01021994
#define MAGIC_PROC   0x9fa0
#define MAGIC_SYSFS  0x62656572
#define MAGIC_MQUEUE 0x19800202

struct writer {
	char *at;
	size_t room, used;
};

static void put(struct writer *out, const char *text, size_t n)
{
	if (n > out->room - out->used)
		n = out->room - out->used;
	memcpy(out->at + out->used, text, n);
	out->used += n;
}

static void put_text(struct writer *out, const char *text)
{
	put(out, text, strlen(text));
}

static void put_number(struct writer *out, unsigned long value, unsigned base)
{
	static const char digit[] = "0123456789abcdef";
	char digits[24];
	size_t at = sizeof(digits);
	do {
		digits[--at] = digit[value % base];
		value /= base;
	} while (value);
	put(out, digits + at, sizeof(digits) - at);
}

static void put_ipv4(struct writer *out, const unsigned char *byte)
{
	for (int i = 0; i < 4; i++) {
		if (i)
			put_text(out, ".");
		put_number(out, byte[i], 10);
	}
}

/* RFC 5952: the longest run of two or more zero groups becomes "::". */
static void put_ipv6(struct writer *out, const unsigned char *byte)
{
	int first = -1, length = 1;
	for (int i = 0; i < 8; i++) {
		int n = 0;
		while (i + n < 8 && !byte[2 * (i + n)] && !byte[2 * (i + n) + 1])
			n++;
		if (n > length) {
			first = i;
			length = n;
		}
	}
	for (int i = 0; i < 8; i++) {
		if (i == first) {
			put_text(out, "::");
			i += length - 1;
			continue;
		}
		if (i && i != first + length)
			put_text(out, ":");
		put_number(out, (unsigned)(byte[2 * i] << 8 | byte[2 * i + 1]), 16);
	}
}

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un local;
	struct sockaddr_storage storage;
};

/* Writes an address; false where it says nothing (unbound, unnamed). */
static bool put_address(struct writer *out, const union address *address, socklen_t bytes)
{
	if (bytes < sizeof(address->any.sa_family))
		return false;
	if (address->any.sa_family == AF_INET && address->v4.sin_port) {
		put_ipv4(out, (const unsigned char *)&address->v4.sin_addr);
		put_text(out, ":");
		put_number(out, ntohs(address->v4.sin_port), 10);
		return true;
	}
	if (address->any.sa_family == AF_INET6 && address->v6.sin6_port) {
		const unsigned char *byte = address->v6.sin6_addr.s6_addr;
		if (IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr)) {
			put_ipv4(out, byte + 12);
		} else {
			put_text(out, "[");
			put_ipv6(out, byte);
			put_text(out, "]");
		}
		put_text(out, ":");
		put_number(out, ntohs(address->v6.sin6_port), 10);
		return true;
	}
	size_t head = offsetof(struct sockaddr_un, sun_path);
	if (address->any.sa_family == AF_UNIX && bytes > head) {
		size_t n = bytes - head;
		if (address->local.sun_path[0]) {
			put(out, address->local.sun_path, strnlen(address->local.sun_path, n));
		} else {
			put_text(out, "@"); /* the abstract namespace, as ss and netstat print it */
			put(out, address->local.sun_path + 1, n - 1);
		}
		return true;
	}
	return false;
}

static int socket_option(int fd, int name)
{
	int value = -1;
	socklen_t bytes = sizeof(value);
	return RAW_5(SYS_getsockopt, fd, SOL_SOCKET, name, &value, &bytes) < 0 ? -1 : value;
}

static enum kind socket_kind(int family, int type)
{
	if (family == AF_UNIX)
		return type == SOCK_STREAM  ? KIND_UNIX_STREAM
		       : type == SOCK_DGRAM ? KIND_UNIX_DGRAM
					    : KIND_UNIX_SEQPACKET;
	if (family == AF_INET || family == AF_INET6)
		return type == SOCK_STREAM ? KIND_TCP : type == SOCK_DGRAM ? KIND_UDP : KIND_SOCKET;
	return family == AF_NETLINK ? KIND_NETLINK : KIND_SOCKET;
}

static void put_link(struct writer *out, int fd)
{
	char path[40] = "/proc/self/fd/";
	struct writer to = {path, sizeof(path) - 1, 14};
	put_number(&to, (unsigned)fd, 10);
	path[to.used] = '\0';
	long n = raw_readlink(path, out->at + out->used, out->room - out->used);
	if (n > 0)
		out->used += (size_t)n;
}

static enum kind identify_socket(int fd, bool accepted, struct writer *out)
{
	enum kind kind = socket_kind(socket_option(fd, SO_DOMAIN), socket_option(fd, SO_TYPE));
	union address own, peer;
	socklen_t own_bytes = sizeof(own), peer_bytes = sizeof(peer);
	bool has_own = RAW_3(SYS_getsockname, fd, &own, &own_bytes) == 0;
	bool has_peer = RAW_3(SYS_getpeername, fd, &peer, &peer_bytes) == 0;

	if (kind == KIND_TCP)
		put_text(out, "tcp ");
	else if (kind == KIND_UDP)
		put_text(out, "udp ");
	size_t before = out->used;
	if (has_peer && !accepted && put_address(out, &peer, peer_bytes))
		return kind;
	if (has_own && put_address(out, &own, own_bytes)) {
		if (accepted)
			put_text(out, " (accepted)");
		else if (kind == KIND_TCP && socket_option(fd, SO_ACCEPTCONN) == 1)
			put_text(out, " (listening)");
		return kind;
	}
	out->used = before;
	put_link(out, fd);
	return kind;
}

static enum kind character_device(dev_t device)
{
	/* Documentation/admin-guide/devices.txt */
	if (major(device) == 1) {
		switch (minor(device)) {
		case 3:
			return KIND_DEV_NULL;
		case 5:
			return KIND_DEV_ZERO;
		case 7:
			return KIND_DEV_FULL;
		case 8:
		case 9:
			return KIND_DEV_RANDOM;
		}
	}
	bool terminal = major(device) == 4 || major(device) == 5 ||
			(major(device) >= 136 && major(device) <= 143);
	return terminal ? KIND_TTY : KIND_CHAR_DEVICE;
}

static bool begins(const struct writer *out, const char *text)
{
	size_t n = strlen(text);
	return out->used >= n && memcmp(out->at, text, n) == 0;
}

static enum kind anonymous_inode(const struct writer *out)
{
	if (begins(out, "anon_inode:[eventfd"))
		return KIND_EVENTFD;
	if (begins(out, "anon_inode:[timerfd"))
		return KIND_TIMERFD;
	if (begins(out, "anon_inode:[signalfd"))
		return KIND_SIGNALFD;
	if (begins(out, "anon_inode:inotify") || begins(out, "anon_inode:[inotify"))
		return KIND_INOTIFY;
	return KIND_ANON_INODE;
}

static enum kind regular_file(int fd, const struct writer *out)
{
	struct statfs filesystem;
	if (RAW_2(SYS_fstatfs, fd, &filesystem) < 0)
		return KIND_REGULAR;
	switch (filesystem.f_type) {
	case MAGIC_TMPFS:
		return begins(out, "/memfd:") ? KIND_MEMFD : KIND_TMPFS;
	case MAGIC_PROC:
		return KIND_PROC;
	case MAGIC_SYSFS:
		return KIND_SYSFS;
	case MAGIC_MQUEUE:
		return KIND_MQUEUE;
	}
	long flags = RAW_3(SYS_fcntl, fd, F_GETFL, 0);
	return flags >= 0 && flags & O_DIRECT ? KIND_DIRECT : KIND_REGULAR;
}

static enum kind identify_file(int fd, const struct stat *status, struct writer *out)
{
	put_link(out, fd);
	if (out->used == 0) {
		/* No /proc: the numbers tell it apart at least. */
		put_text(out, "inode ");
		put_number(out, status->st_dev, 16);
		put_text(out, ":");
		put_number(out, status->st_ino, 10);
	}
	switch (status->st_mode & S_IFMT) {
	case S_IFREG:
		return regular_file(fd, out);
	case S_IFDIR:
		return KIND_DIRECTORY;
	case S_IFIFO:
		return begins(out, "pipe:[") ? KIND_PIPE : KIND_FIFO;
	case S_IFCHR:
		return character_device(status->st_rdev);
	case S_IFBLK:
		return KIND_BLOCK_DEVICE;
	}
	return anonymous_inode(out);
}

enum kind identify(int fd, bool accepted, char *name, size_t room, size_t *bytes)
{
	struct writer out = {name, room, 0};
	struct stat status;
	enum kind kind = KIND_CLOSED;
	long error = raw_fstat(fd, &status);
	if (error == -EBADF)
		put_text(&out, "(not open)");
	else if (error < 0)
		kind = KIND_OTHER, put_text(&out, "(unknown)");
	else if (S_ISSOCK(status.st_mode))
		kind = identify_socket(fd, accepted, &out);
	else
		kind = identify_file(fd, &status, &out);
	*bytes = out.used;
	return kind;
}

size_t identify_id(enum kind kind, long id, char *name, size_t room)
{
	struct writer out = {name, room, 0};
	put_text(&out, kind == KIND_DEV_RANDOM ? "getrandom" : kind_table[kind].name);
	if (kind != KIND_DEV_RANDOM) {
		put_text(&out, " ");
		put_number(&out, (unsigned long)id, 10);
	}
	return out.used;
}
