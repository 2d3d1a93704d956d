/*
 * by_number.c - calls that move bytes in other ways than their result says, by their numbers alone: what the
 * row of a system call has is found out as by the function.
 *
 * EXPECT syscall sendfile: calls=1 returned=1000 by_reference=1000
 * EXPECT flow sendfile $KIND unix_stream: calls=1 returned=1000 by_reference=1000
 * EXPECT syscall splice: calls=2 returned=800+300 by_reference=800 in_kernel=300
 * EXPECT flow splice $KIND pipe: calls=1 returned=800 by_reference=800
 * EXPECT flow splice pipe $KIND: calls=1 returned=300 in_kernel=300
 * EXPECT syscall tee: calls=1 returned=100 by_reference=100
 * EXPECT syscall vmsplice: calls=1 returned=200 by_reference=200
 * EXPECT syscall copy_file_range: calls=1 returned=400 in_kernel=400
 * EXPECT syscall sendto: calls=2 returned=900+500 from_user=900 in_kernel=500
 * EXPECT syscall sendmsg: calls=1 returned=70 in_kernel=70
 * EXPECT syscall sendmmsg: calls=1 returned=2*70 in_kernel=2*70
 * EXPECT syscall recvfrom: calls=2 returned=900+500 to_user=100+500 discarded=800
 * EXPECT syscall recvmsg: calls=1 returned=70 to_user=30 discarded=40
 * EXPECT syscall recvmmsg: calls=1 returned=2*70 to_user=2*30 discarded=2*40
 * EXPECT syscall msgsnd: calls=1 from_user=40+8
 * EXPECT syscall msgrcv: calls=1 returned=40 to_user=40+8
 * EXPECT syscall process_vm_readv: calls=1 returned=50 to_user=50
 * EXPECT syscall process_vm_writev: calls=1 returned=60 from_user=60
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "sockets.h"
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/uio.h>

static char buffer[3000];

static void files(const char *path)
{
	char copy[4096];
	int pair[2], a[2], b[2], in = must(open(path, O_RDWR | O_CREAT | O_EXCL, 0600));
	snprintf(copy, sizeof(copy), "%s.copy", path);
	int out = must(open(copy, O_RDWR | O_CREAT | O_EXCL, 0600));
	gives(write(in, buffer, sizeof(buffer)), sizeof(buffer));
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	must(pipe(a));
	must(pipe(b));
	loff_t at = 0, to = 100;
	gives(syscall(SYS_sendfile, pair[0], in, &at, 1000), 1000);
	at = 0;
	gives(syscall(SYS_splice, in, &at, a[1], NULL, 800, 0), 800);
	gives(syscall(SYS_tee, a[0], b[1], 100, 0), 100);
	gives(syscall(SYS_splice, a[0], NULL, out, NULL, 300, 0), 300);
	gives(syscall(SYS_vmsplice, a[1], &(struct iovec){buffer, 200}, 1, 0), 200);
	at = 0;
	gives(syscall(SYS_copy_file_range, in, &at, out, &to, 400, 0), 400);
}

static void datagrams(void)
{
	int ends[2], one = 1;
	udp_pair(ends);
	must(setsockopt(ends[0], SOL_SOCKET, SO_ZEROCOPY, &one, sizeof(one)));
	gives(syscall(SYS_sendto, ends[0], buffer, 900, 0, NULL, 0), 900);
	gives(syscall(SYS_recvfrom, ends[1], buffer, 100, MSG_TRUNC, NULL, NULL), 900);
	gives(syscall(SYS_sendto, ends[0], buffer, 500, MSG_ZEROCOPY, NULL, 0), 500);
	gives(syscall(SYS_recvfrom, ends[1], buffer, 900, MSG_TRUNC, NULL, NULL), 500);

	struct iovec iov = {buffer, 70};
	struct mmsghdr many[2] = {0};
	many[0].msg_hdr = many[1].msg_hdr = (struct msghdr){.msg_iov = &iov, .msg_iovlen = 1};
	gives(syscall(SYS_sendmsg, ends[0], &many[0].msg_hdr, MSG_ZEROCOPY), 70);
	gives(syscall(SYS_sendmmsg, ends[0], many, 2, MSG_ZEROCOPY), 2);
	iov.iov_len = 30;
	gives(syscall(SYS_recvmsg, ends[1], &many[0].msg_hdr, MSG_TRUNC), 70);
	gives(syscall(SYS_recvmmsg, ends[1], many, 2, MSG_TRUNC | MSG_WAITFORONE, NULL), 2);
}

int main(int argc, char **argv)
{
	struct {
		long type;
		char text[40];
	} message = {.type = 1};
	files(argv[1]);
	datagrams();

	int queue = must(msgget(IPC_PRIVATE, 0600));
	gives(syscall(SYS_msgsnd, queue, &message, 40, 0), 0);
	gives(syscall(SYS_msgrcv, queue, &message, 40, 0, 0), 40);
	must(msgctl(queue, IPC_RMID, NULL));

	struct iovec here = {buffer, 50}, there = {buffer + 1000, 50};
	gives(syscall(SYS_process_vm_readv, getpid(), &here, 1, &there, 1, 0), 50);
	here.iov_len = there.iov_len = 60;
	gives(syscall(SYS_process_vm_writev, getpid(), &here, 1, &there, 1, 0), 60);
	return 0;
}
