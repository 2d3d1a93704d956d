/* uring.c - io_uring by its system calls: writes and reads, completions that are taken without a call. */
#include "must.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <sys/mman.h>

/*
 * EXPECT syscall io_uring_setup: calls=1
 * EXPECT syscall io_uring_enter: calls=4 from_user=3*4096 to_user=2*4096+1000 returned=5*4096+1000
 * EXPECT object $KIND $FILE: from_user=3*4096 to_user=2*4096+1000
 */
#define BLOCK	4096
#define ENTRIES 8

static struct io_uring_params parameters;
static char *queue, *done;
static struct io_uring_sqe *entry;
static int ring;

static unsigned *at(char *base, unsigned offset)
{
	return (unsigned *)(base + offset);
}

static void make(void)
{
	ring = (int)must(syscall(SYS_io_uring_setup, ENTRIES, &parameters));
	queue = must(mmap(NULL, parameters.sq_off.array + ENTRIES * 4, PROT_READ | PROT_WRITE,
			  MAP_SHARED, ring, IORING_OFF_SQ_RING));
	done = must(mmap(NULL, parameters.cq_off.cqes + parameters.cq_entries * 16,
			 PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_CQ_RING));
	entry = must(mmap(NULL, ENTRIES * sizeof(*entry), PROT_READ | PROT_WRITE, MAP_SHARED, ring,
			  IORING_OFF_SQES));
}

static void ask(int opcode, int fd, void *buffer, unsigned n, long offset, unsigned long name)
{
	unsigned *tail = at(queue, parameters.sq_off.tail);
	unsigned i = *tail % ENTRIES;
	entry[i] = (struct io_uring_sqe){.opcode = (unsigned char)opcode,
					 .fd = fd,
					 .addr = (unsigned long)buffer,
					 .len = n,
					 .off = (unsigned long)offset,
					 .user_data = name};
	at(queue, parameters.sq_off.array)[i] = i;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
}

static void enter(unsigned submit, unsigned wait)
{
	gives(syscall(SYS_io_uring_enter, ring, submit, wait, IORING_ENTER_GETEVENTS, NULL, 8),
	      submit);
}

/* Takes completions without a call, and returns the sum of their results. */
static long take(unsigned n)
{
	unsigned *head = at(done, parameters.cq_off.head);
	struct io_uring_cqe *result = (void *)(done + parameters.cq_off.cqes);
	long sum = 0;
	for (; n > 0; n--, __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE))
		sum += result[*head % parameters.cq_entries].res;
	return sum;
}

int main(int argc, char **argv)
{
	static char out[BLOCK], in[BLOCK];
	int fd = must(open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600));

	make();
	ask(IORING_OP_WRITE, fd, out, BLOCK, 0, 1);
	ask(IORING_OP_WRITE, fd, out, BLOCK, BLOCK, 2);
	enter(2, 2);
	gives(take(2), 2 * BLOCK);
	/* Nobody asks after this one again until two calls later. */
	ask(IORING_OP_WRITE, fd, out, BLOCK, 2 * BLOCK, 3);
	enter(1, 0);
	ask(IORING_OP_READ, fd, in, BLOCK, 0, 4);
	ask(IORING_OP_NOP, -1, NULL, 0, 0, 5);
	enter(2, 2);
	/* The same name again for what is the same. */
	ask(IORING_OP_READ, fd, in, BLOCK, BLOCK, 0);
	ask(IORING_OP_READ, fd, in, 1000, 0, 0);
	enter(2, 5);
	gives(take(5), 3 * BLOCK + 1000);
	return 0;
}
