/*
 * mappings.c - mappings and shared memory move no bytes; the sizes are the lengths asked for,
 * and got.
 *
 * EXPECT call mmap: calls=3
 * EXPECT sizes mmap: 4096=1 65536=1 1048576=1
 * EXPECT call munmap: calls=3 errors=1
 * EXPECT sizes munmap: 4096=1 1048576=1
 * EXPECT call mremap: calls=1
 * EXPECT sizes mremap: 131072=1
 * EXPECT call madvise: calls=1
 * EXPECT sizes madvise: 65536=1
 * EXPECT call posix_madvise: calls=2 errors=1
 * EXPECT call msync: calls=1
 * EXPECT sizes msync: 4096=1
 * EXPECT call shm_open: calls=2 errors=1
 * EXPECT call shm_unlink: calls=1
 * EXPECT call shmget: calls=1
 * EXPECT call shmat: calls=1
 * EXPECT call shmdt: calls=1
 * EXPECT call memfd_create: calls=1
 * EXPECT totals: errors=3
 */
#include "must.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/shm.h>

int main(void)
{
	char name[64];
	snprintf(name, sizeof(name), "/copytrace-test-%d", getpid());

	char *big =
	    must(mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	big[5000] = 1;
	must(munmap(big, 1 << 20));

	int fd = must(shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600));
	fails(shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
	must(ftruncate(fd, 4096));
	char *shared = must(mmap64(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	shared[0] = 1;
	must(msync(shared, 4096, MS_SYNC));
	must(munmap(shared, 4096));
	fails(munmap(shared + 1, 65536), EINVAL);
	must(shm_unlink(name));

	must(memfd_create("grows", 0));
	char *grows =
	    must(mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	must(madvise(grows, 65536, MADV_DONTNEED));
	gives(posix_madvise(grows, 65536, POSIX_MADV_WILLNEED), 0);
	gives(posix_madvise(grows + 1, 65536, POSIX_MADV_WILLNEED), EINVAL);
	must(mremap(grows, 65536, 131072, MREMAP_MAYMOVE));

	int id = must(shmget(IPC_PRIVATE, 65536, 0600));
	char *attached = must(shmat(id, NULL, 0));
	attached[0] = 1;
	must(shmdt(attached));
	must(shmctl(id, IPC_RMID, NULL));
	return 0;
}
