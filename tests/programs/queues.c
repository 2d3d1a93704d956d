/*
 * queues.c - messages: a send returns 0 and copies, a System V message has 8 bytes of type before
 * it.
 *
 * EXPECT call mq_send: calls=1 from_user=1000
 * EXPECT call mq_timedsend: calls=2 from_user=1100 errors=1
 * EXPECT call mq_receive: calls=1 returned=1000 to_user=1000
 * EXPECT call mq_timedreceive: calls=1 returned=1100 to_user=1100
 * EXPECT call msgsnd: calls=2 from_user=500+8+700+8
 * EXPECT call msgrcv: calls=3 returned=500+200 to_user=500+8+200+8 errors=1
 * EXPECT object mqueue: from_user=2100 to_user=2100 errors=1
 * EXPECT object sysv_queue: from_user=1216 to_user=716 errors=1
 * EXPECT totals: returned=2100+700 from_user=2100+1216 to_user=2100+716 errors=2
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>

int main(void)
{
	char name[64], buffer[2048] = "";
	struct timespec soon = {0};
	struct mq_attr limits = {.mq_maxmsg = 1, .mq_msgsize = 2048};

	snprintf(name, sizeof(name), "/copytrace-test-%d", getpid());
	mqd_t queue = must(mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &limits));
	must(mq_unlink(name));
	gives(mq_send(queue, buffer, 1000, 0), 0);
	fails(mq_timedsend(queue, buffer, 10, 0, &soon), ETIMEDOUT);
	gives(mq_receive(queue, buffer, 2048, NULL), 1000);
	gives(mq_timedsend(queue, buffer, 1100, 0, &soon), 0);
	gives(mq_timedreceive(queue, buffer, 2048, NULL, &soon), 1100);

	struct {
		long type;
		char text[1000];
	} message = {.type = 1};
	int id = must(msgget(IPC_PRIVATE, 0600));
	gives(msgsnd(id, &message, 500, 0), 0);
	gives(msgsnd(id, &message, 700, 0), 0);
	gives(msgrcv(id, &message, 1000, 0, 0), 500);
	gives(msgrcv(id, &message, 200, 0, MSG_NOERROR), 200);
	fails(msgrcv(id, &message, 200, 0, IPC_NOWAIT), ENOMSG);
	must(msgctl(id, IPC_RMID, NULL));
	return 0;
}
