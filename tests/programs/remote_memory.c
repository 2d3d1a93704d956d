/*
 * remote_memory.c - process_vm_readv and writev: one copy from end to end.
 *
 * EXPECT call process_vm_readv: calls=2 returned=70000 to_user=70000 errors=1
 * EXPECT call process_vm_writev: calls=1 returned=30000 from_user=30000
 * EXPECT object process: to_user=70000 from_user=30000 errors=any
 * EXPECT totals: returned=100000 to_user=70000 from_user=30000 errors=1
 */
#include "must.h"
#include <sys/uio.h>

int main(void)
{
	static char here[70000], there[70000];
	struct iovec local[] = {{here, 40000}, {here + 40000, 30000}}, remote = {there, 70000};
	gives(process_vm_readv(getpid(), local, 2, &remote, 1, 0), 70000);
	gives(process_vm_writev(getpid(), local + 1, 1, &remote, 1, 0), 30000);
	remote.iov_base = (void *)16;
	fails(process_vm_readv(getpid(), local, 2, &remote, 1, 0), EFAULT);
	return 0;
}
