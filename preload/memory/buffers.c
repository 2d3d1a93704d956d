/*
 * buffers.c - which memory of the program a system call copies from or to.
 */
#include "memory/buffers.h"

#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

enum form { FORM_NONE, FORM_SINGLE, FORM_VECTOR, FORM_MESSAGE, FORM_MESSAGES, FORM_OTHER };

struct use {
	enum form form;
	bool written;
	uint8_t at; /* the number of the argument; that of its length comes next */
};

static struct use use_of(long nr)
{
	switch (nr) {
	case SYS_read:
	case SYS_pread64:
	case SYS_recvfrom:
	case SYS_readlink:
	case SYS_getdents:
	case SYS_getdents64:
	case SYS_mq_timedreceive:
	case SYS_msgrcv:
		return (struct use){FORM_SINGLE, true, 1};
	case SYS_getcwd:
	case SYS_getrandom:
		return (struct use){FORM_SINGLE, true, 0};
	case SYS_readlinkat:
		return (struct use){FORM_SINGLE, true, 2};
	case SYS_write:
	case SYS_pwrite64:
	case SYS_sendto:
	case SYS_mq_timedsend:
	case SYS_msgsnd:
		return (struct use){FORM_SINGLE, false, 1};
	case SYS_readv:
	case SYS_preadv:
	case SYS_preadv2:
	case SYS_process_vm_readv:
		return (struct use){FORM_VECTOR, true, 1};
	case SYS_writev:
	case SYS_pwritev:
	case SYS_pwritev2:
	case SYS_process_vm_writev:
	case SYS_vmsplice:
		return (struct use){FORM_VECTOR, false, 1};
	case SYS_recvmsg:
		return (struct use){FORM_MESSAGE, true, 1};
	case SYS_sendmsg:
		return (struct use){FORM_MESSAGE, false, 1};
	case SYS_recvmmsg:
		return (struct use){FORM_MESSAGES, true, 1};
	case SYS_sendmmsg:
		return (struct use){FORM_MESSAGES, false, 1};
	case SYS_sendfile:
	case SYS_splice:
	case SYS_tee:
	case SYS_copy_file_range:
		return (struct use){FORM_NONE, false, 0};
	default:
		return (struct use){FORM_OTHER, false, 0};
	}
}

bool buffers_of_call(long nr)
{
	return use_of(nr).form != FORM_NONE;
}

static void add(struct buffers *buffers, const void *at, uint64_t bytes)
{
	if (bytes && buffers->count < PIECES_MOST)
		buffers->piece[buffers->count++] =
		    (struct piece){(uintptr_t)at, (uintptr_t)at + bytes};
}

/* So many bytes of the vector; returns what is left of them. */
static uint64_t add_vector(struct buffers *buffers, const struct iovec *vector, size_t count,
			   uint64_t bytes)
{
	for (size_t i = 0; i < count && bytes; i++) {
		uint64_t n = vector[i].iov_len < bytes ? vector[i].iov_len : bytes;
		add(buffers, vector[i].iov_base, n);
		bytes -= n;
	}
	return bytes;
}

bool buffers_single(long nr, const long a[6], struct buffers *buffers)
{
	struct use use = use_of(nr);
	buffers->count = 0;
	buffers->written = use.written;
	if (use.form != FORM_SINGLE)
		return false;
	add(buffers, (const void *)a[use.at], (uint64_t)a[use.at + 1]);
	return true;
}

void buffers_used(long nr, const long a[6], long r, struct buffers *buffers)
{
	struct use use = use_of(nr);
	const struct msghdr *message = (const struct msghdr *)a[use.at];
	const struct mmsghdr *messages = (const struct mmsghdr *)a[use.at];
	buffers->count = 0;
	buffers->written = use.written;
	if (r <= 0 && use.form != FORM_SINGLE)
		return;
	switch (use.form) {
	case FORM_SINGLE:
		/* The result of some is no length: then it is all that was asked for. */
		add(buffers, (const void *)a[use.at],
		    r > 0 && r < a[use.at + 1] && nr != SYS_msgrcv ? (uint64_t)r
								   : (uint64_t)a[use.at + 1]);
		break;
	case FORM_VECTOR:
		add_vector(buffers, (const struct iovec *)a[use.at], (size_t)a[use.at + 1],
			   (uint64_t)r);
		break;
	case FORM_MESSAGE:
		add_vector(buffers, message->msg_iov, message->msg_iovlen, (uint64_t)r);
		break;
	case FORM_MESSAGES:
		for (long i = 0; i < r; i++)
			add_vector(buffers, messages[i].msg_hdr.msg_iov,
				   messages[i].msg_hdr.msg_iovlen, messages[i].msg_len);
		break;
	default:
		break;
	}
}
