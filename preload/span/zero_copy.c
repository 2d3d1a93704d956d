/*
 * zero_copy.c - what sendfile, splice, tee, vmsplice and copy_file_range copy, and what they only
 * refer to.
 */
#include "span/effects.h"

#include "abi/raw.h"

#include <sys/stat.h>
#include <sys/vfs.h>

/* File systems that share extents: include/uapi/linux/magic.h. */
#define MAGIC_BTRFS 0x9123683e
#define MAGIC_XFS   0x58465342

static bool is_file(enum kind kind)
{
	return kind == KIND_REGULAR || kind == KIND_TMPFS || kind == KIND_MEMFD ||
	       kind == KIND_DIRECT;
}

/*
 * A source whose pages can't be referred to is first copied (or generated, or
 * read by DMA) into pages made for it: fs/splice.c, copy_splice_read().
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
		span_crossed(s, COLUMN_in_kernel_bytes, n);
		break;
	default:
		break;
	}
}

/* Pipes hold references to pages, and sockets send from them. Everything else must own the bytes.
 */
static bool takes_references(enum kind kind)
{
	switch (kind) {
	case KIND_PIPE:
	case KIND_FIFO:
	case KIND_TCP:
	case KIND_UDP:
	case KIND_UNIX_STREAM:
	case KIND_UNIX_DGRAM:
	case KIND_UNIX_SEQPACKET:
	case KIND_NETLINK:
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

/* The offset at which the range began, when it ended at the descriptor's or at *at. */
static uint64_t began(int fd, const loff_t *at, uint64_t n)
{
	long position = at ? *at : RAW_3(SYS_lseek, fd, 0, SEEK_CUR);
	return position < 0 ? 1 : (uint64_t)position - n;
}

/*
 * xfs and btrfs share extents where both ends begin at a block and the length
 * is a whole number of blocks or reaches the end (fs/remap_range.c). The result
 * doesn't tell, so this is the rule and not a reading.
 */
static bool shares_extents(const struct span *s, int in, const loff_t *in_at, const loff_t *out_at,
			   uint64_t n)
{
	struct statfs filesystem;
	struct stat status;
	if (!is_file(s->kind) || RAW_2(SYS_fstatfs, in, &filesystem) < 0 ||
	    RAW_2(SYS_fstat, in, &status) < 0)
		return false;
	if (filesystem.f_type != MAGIC_BTRFS && filesystem.f_type != MAGIC_XFS)
		return false;
	uint64_t block = filesystem.f_bsize > 0 ? (uint64_t)filesystem.f_bsize : 1;
	uint64_t from = began(in, in_at, n);
	bool whole = n % block == 0 || from + n == (uint64_t)status.st_size;
	return from % block == 0 && whole && (!out_at || ((uint64_t)*out_at - n) % block == 0);
}

void file_to_file(struct span *s, ssize_t r, int in, const loff_t *in_at, const loff_t *out_at)
{
	if (r < 0) {
		span_add(s, COLUMN_errors, 1);
		return;
	}
	bytes_returned(s, (uint64_t)r);
	bool shared = r > 0 && shares_extents(s, in, in_at, out_at, (uint64_t)r);
	span_crossed(s, shared ? COLUMN_by_reference_bytes : COLUMN_in_kernel_bytes, (uint64_t)r);
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
