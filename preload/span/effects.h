/*
 * effects.h - what a call did to the ledger, in the words of calls.def.
 *
 * The rules: Linux, as cited at each. `r` is the result of the call; an effect
 * runs after the time was taken, and must leave errno alone.
 */
#ifndef SPAN_EFFECTS_H
#define SPAN_EFFECTS_H

#include "span/span.h"
#include "span/uring.h"

#include <dirent.h>
#include <linux/fs.h>
#include <sys/socket.h>
#include <sys/types.h>

/* Objects */
#define FD(fd)		  object_of_fd(fd)
#define FD_IF_OPEN(fd)	  ((fd) >= 0 ? object_of_fd(fd) : NO_OBJECT)
#define FROM_TO(in, out)  (source = object_of_fd(in), object_of_fd(out))
#define STREAM(stream)	  object_of_stream(stream)
#define STREAM_OR_ALL(s)  ((s) ? object_of_stream(s) : NO_OBJECT)
#define RANDOM		  object_of_id(KIND_DEV_RANDOM, 0)
#define PROCESS(pid)	  object_of_id(KIND_PROCESS, pid)
#define SYSV_QUEUE_ID(id) object_of_id(KIND_SYSV_QUEUE, id)
#define SYSV_SHM_ID(id)	  object_of_id(KIND_SYSV_SHM, id)
#define MQ(fd)		  object_of_fd(fd)

/*
 * What is closed is forgotten before the call: after it another thread may
 * have opened the same number.
 */
static inline object_ref closing(int fd)
{
	object_ref object = object_if_known(fd);
	uring_closing_range((unsigned)fd, (unsigned)fd);
	object_forget_fd(fd);
	return object;
}
#define CLOSING(fd) closing(fd)
#define CLOSING_STREAM(stream)                                                                     \
	((stream) && (stream)->_fileno >= 0 ? closing((stream)->_fileno) : NO_OBJECT)
#define CLOSING_DIRECTORY(dir) ((dir) ? closing(dirfd(dir)) : NO_OBJECT)
#define CLOSING_RANGE(first, last)                                                                 \
	(uring_closing_range(first, last), object_forget_range(first, last), NO_OBJECT)
/* dup2: what the second number stood for is closed. */
#define REPLACING(fd, to)                                                                          \
	((fd) != (to) ? (uring_closing_range((unsigned)(to), (unsigned)(to)), NO_OBJECT)           \
		      : NO_OBJECT)

/* No bytes: only whether it failed. */
static inline void plain(struct span *s, long r)
{
	if (r < 0)
		span_add(s, COLUMN_errors, 1);
}

/* A context of the kernel's asynchronous I/O was made. */
static inline void context_made(struct span *s, long r)
{
	plain(s, r);
	if (r >= 0)
		counter_add_shared(&live.region->aio_contexts, 1);
}

static inline void bytes_returned(struct span *s, uint64_t n)
{
	span_add(s, COLUMN_returned_bytes, n);
	s->moved_bytes = n;
	span_size(s, n);
}

/* A read() and its like: r bytes from the object into user memory. */
static inline void came_in(struct span *s, ssize_t r)
{
	if (r < 0) {
		span_add(s, COLUMN_errors, 1);
		return;
	}
	bytes_returned(s, (uint64_t)r);
	if (kind_table[s->kind].on_read == MOVE_COPY)
		span_crossed(s, COLUMN_to_user_bytes, (uint64_t)r);
	else if (kind_table[s->kind].on_read == MOVE_ZERO)
		span_crossed(s, COLUMN_zero_filled_bytes, (uint64_t)r);
}

/* A write() and its like: r bytes from user memory into the object. */
static inline void went_out(struct span *s, ssize_t r)
{
	if (r < 0) {
		span_add(s, COLUMN_errors, 1);
		return;
	}
	bytes_returned(s, (uint64_t)r);
	if (kind_table[s->kind].on_write == MOVE_COPY)
		span_crossed(s, COLUMN_from_user_bytes, (uint64_t)r);
	else if (kind_table[s->kind].on_write == MOVE_DISCARD)
		span_crossed(s, COLUMN_discarded_bytes, (uint64_t)r);
}

/* stdio: what was delivered to the program or taken from it. */
static inline void delivered(struct span *s, uint64_t n)
{
	bytes_returned(s, n);
}

static inline void taken(struct span *s, uint64_t n, bool failed)
{
	if (failed)
		span_add(s, COLUMN_errors, 1);
	bytes_returned(s, n);
}

/* Zero copy: zero_copy.c */
void file_to_fd(struct span *s, ssize_t r);
void file_to_file(struct span *s, ssize_t r, int out, const loff_t *out_at);
void user_pages(struct span *s, int fd, ssize_t r);
void file_cloned(struct span *s, int r, int in);
void range_cloned(struct span *s, int r, const struct file_clone_range *range);

/* Sockets: socket.c */
void sent(struct span *s, ssize_t r, int fd, const void *to, int flags);
void sent_message(struct span *s, ssize_t r, int fd, const struct msghdr *msg, int flags);
void sent_many(struct span *s, int r, int fd, const struct mmsghdr *msgs, int flags);
void received(struct span *s, ssize_t r, size_t room, int flags);
void received_message(struct span *s, ssize_t r, const struct msghdr *msg, int flags);
void received_many(struct span *s, int r, const struct mmsghdr *msgs, int flags);

/* A message queue: the result of sending is 0, n bytes were copied (ipc/mqueue.c, ipc/msg.c). */
static inline void queued(struct span *s, long r, size_t n)
{
	if (r < 0) {
		span_add(s, COLUMN_errors, 1);
		return;
	}
	span_crossed(s, COLUMN_from_user_bytes, n);
	s->moved_bytes = n;
	span_size(s, n);
}

/* SysV: the type, a long, is copied too, and isn't in the result. */
static inline void message_received(struct span *s, ssize_t r)
{
	came_in(s, r);
	if (r >= 0)
		span_crossed(s, COLUMN_to_user_bytes, sizeof(long));
}

/* Mappings: sizes are what was asked for; nothing is copied. */
static inline void sized(struct span *s, long r, size_t n)
{
	plain(s, r);
	if (r >= 0)
		span_size(s, n);
}

static inline void mapped(struct span *s, const void *r, size_t n)
{
	sized(s, r == (void *)-1 ? -1 : 0, n);
}

/* Descriptors */
static inline void opened(struct span *s, int r)
{
	plain(s, r);
	if (r < 0)
		return;
	object_forget_fd(r);
	/* A FIFO's open waits for the other end; whether it is one is worth asking only if it took
	 * long. */
	if (s->elapsed > 1u << 16 && OBJECT_KIND(object_of_fd(r)) == KIND_FIFO)
		s->waits = true;
}

static inline void opened_waiting(struct span *s, int r)
{
	plain(s, r);
	s->waits = true;
	if (r >= 0)
		object_accepted(r);
}

static inline void opened_pair(struct span *s, int r, const int fds[2])
{
	plain(s, r);
	if (r == 0) {
		object_forget_fd(fds[0]);
		object_forget_fd(fds[1]);
	}
}

static inline void duplicated(struct span *s, int r, int fd)
{
	plain(s, r);
	if (r >= 0)
		object_duplicate(fd, r);
}

/* It has another name from now on. */
static inline void connected(struct span *s, int r, int fd)
{
	plain(s, r);
	object_forget_fd(fd);
	s->waits = true;
}

static inline void stream_opened(struct span *s, FILE *r)
{
	if (r && r->_fileno >= 0)
		opened(s, r->_fileno);
	else
		plain(s, r ? 0 : -1);
}

static inline void directory_opened(struct span *s, DIR *r)
{
	opened(s, r ? dirfd(r) : -1);
}

#endif
