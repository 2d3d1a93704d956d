/*
 * zero_copy.c - what sendfile, splice, tee, vmsplice, copy_file_range and FICLONE copy, and what
 * they only refer to.
 */
#include "span/effects.h"

#include "abi/raw.h"

#include <linux/fiemap.h>
#include <sys/stat.h>
#include <sys/vfs.h>

/*
 * A source whose pages can't be referred to is first copied (or generated, or
 * read by DMA) into pages made for it: fs/splice.c, copy_splice_read(). So are
 * datagrams: net/socket.c, sock_splice_read().
 */
static void generate_source(struct span *s, uint64_t n)
{
	switch (s->source_kind) {
	case KIND_DEV_ZERO:
	case KIND_DEV_FULL:
		span_crossed(s, COLUMN_zero_filled_bytes, n);
		break;
	case KIND_TTY:
	case KIND_DEV_RANDOM:
	case KIND_CHAR_DEVICE:
	case KIND_PROC:
	case KIND_SYSFS:
	case KIND_UDP:
	case KIND_UNIX_DGRAM:
	case KIND_UNIX_SEQPACKET:
	case KIND_NETLINK:
	case KIND_SOCKET:
		span_crossed(s, COLUMN_in_kernel_bytes, n);
		break;
	default:
		break;
	}
}

/*
 * Pipes hold references to pages, and streams and UDP send from them. Everything else must own
 * the bytes: also datagrams of UNIX (net/unix/af_unix.c, unix_dgram_sendmsg()).
 */
static bool takes_references(enum kind kind)
{
	switch (kind) {
	case KIND_PIPE:
	case KIND_FIFO:
	case KIND_TCP:
	case KIND_UDP:
	case KIND_UNIX_STREAM:
	case KIND_SOCKET:
		return true;
	default:
		return false;
	}
}

/*
 * Pages are moved by reference until a consumer must own them: a file does,
 * and copies them (fs/splice.c, iter_file_splice_write()); /dev/null drops them.
 */
void file_to_fd(struct span *s, ssize_t r)
{
	if (r < 0) {
		span_add(s, COLUMN_errors, 1);
		return;
	}
	uint64_t n = (uint64_t)r;
	bytes_returned(s, n);
	generate_source(s, n);
	if (takes_references(s->kind))
		span_crossed(s, COLUMN_by_reference_bytes, n);
	else if (kind_table[s->kind].on_write == MOVE_DISCARD)
		span_crossed(s, COLUMN_discarded_bytes, n);
	else if (kind_table[s->kind].on_write == MOVE_COPY)
		span_crossed(s, COLUMN_in_kernel_bytes, n);
}

/* The offset at which n bytes were put that end at *at, or where the descriptor is. */
static uint64_t began(int fd, const loff_t *at, uint64_t n)
{
	long position = at ? *at : RAW_3(SYS_lseek, fd, 0, SEEK_CUR);
	return position < 0 ? 0 : (uint64_t)position - n;
}

/* Ranges are shared from the beginning of a block to the end of one, or of the file. */
static bool is_of_whole_blocks(int fd, uint64_t at, uint64_t n)
{
	struct statfs filesystem;
	struct stat status;
	if (RAW_2(SYS_fstatfs, fd, &filesystem) < 0 || filesystem.f_bsize <= 0 ||
	    RAW_2(SYS_fstat, fd, &status) < 0)
		return false;
	uint64_t block = (uint64_t)filesystem.f_bsize;
	return at % block == 0 && ((at + n) % block == 0 || at + n == (uint64_t)status.st_size);
}

/*
 * The file system shares a range's blocks, or else copies all of it (fs/read_write.c,
 * vfs_copy_file_range()). The result doesn't tell, but the file does; unless it
 * shared the blocks before, and what was copied over them isn't written yet.
 */
static bool shares_blocks(int fd, uint64_t at, uint64_t n)
{
	union {
		struct fiemap map;
		char room[sizeof(struct fiemap) + sizeof(struct fiemap_extent)];
	} asked = {.map = {.fm_start = at, .fm_length = n, .fm_extent_count = 1}};
	return RAW_3(SYS_ioctl, fd, FS_IOC_FIEMAP, &asked) == 0 &&
	       asked.map.fm_mapped_extents == 1 && /* else what stands there isn't an answer */
	       asked.map.fm_extents[0].fe_flags & FIEMAP_EXTENT_SHARED &&
	       is_of_whole_blocks(fd, at, n);
}

void file_to_file(struct span *s, ssize_t r, int out, const loff_t *out_at)
{
	if (r < 0) {
		span_add(s, COLUMN_errors, 1);
		return;
	}
	uint64_t n = (uint64_t)r;
	bytes_returned(s, n);
	bool shared = n > 0 && shares_blocks(out, began(out, out_at, n), n);
	if (shared)
		span_crossed(s, COLUMN_by_reference_bytes, n);
	else if (kind_table[s->kind].on_write == MOVE_COPY)
		span_crossed(s, COLUMN_in_kernel_bytes, n);
}

/* All blocks of n bytes are shared, or none: fs/remap_range.c, vfs_clone_file_range(). */
static void cloned(struct span *s, int r, uint64_t n)
{
	plain(s, r);
	if (r < 0)
		return;
	span_crossed(s, COLUMN_by_reference_bytes, n);
	span_size(s, n);
}

/* From an offset of a file to its end. */
static uint64_t rest_of_file(int fd, uint64_t from)
{
	struct stat status;
	if (RAW_2(SYS_fstat, fd, &status) < 0 || (uint64_t)status.st_size < from)
		return 0;
	return (uint64_t)status.st_size - from;
}

void file_cloned(struct span *s, int r, int in)
{
	cloned(s, r, rest_of_file(in, 0));
}

void range_cloned(struct span *s, int r, const struct file_clone_range *range)
{
	uint64_t n = 0;
	if (r == 0)
		n = range->src_length ? range->src_length
				      : rest_of_file((int)range->src_fd, range->src_offset);
	cloned(s, r, n);
}

/* vmsplice to a pipe refers to the pages; from a pipe it is a plain copy (fs/splice.c). */
void user_pages(struct span *s, int fd, ssize_t r)
{
	if (r < 0) {
		span_add(s, COLUMN_errors, 1);
		return;
	}
	bytes_returned(s, (uint64_t)r);
	long mode = RAW_3(SYS_fcntl, fd, F_GETFL, 0);
	bool writes = mode >= 0 && (mode & O_ACCMODE) != O_RDONLY;
	span_crossed(s, writes ? COLUMN_by_reference_bytes : COLUMN_to_user_bytes, (uint64_t)r);
}
