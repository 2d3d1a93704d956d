/*
 * refused_execs.c - what the kernel reads for an exec that fails, and what the tracer does for it in vain, is
 * nobody's: refused_execs TEXT STATIC-PROGRAM.
 *
 * EXPECT processes: processes=1
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0 explained_to_user=1000 explained_from_user=7
 * EXPECT audit: reaped_to_user=0
 * EXPECT coverage: untraced=[]
 */
#include "must.h"
#include <fcntl.h>

int main(int argc, char **argv)
{
	static char buffer[1000];
	char *const *volatile nowhere = (char **)8;
	char *nothing[] = {NULL}, *lacking[] = {"A=1", (char *)8, NULL};
	int zero = must(open("/dev/zero", O_RDONLY)), null = must(open("/dev/null", O_WRONLY));

	/* Of a file that is neither a program nor a script it reads the first bytes. */
	for (int i = 0; i < 3; i++)
		fails(execve(argv[1], argv, nothing), ENOEXEC);
	fails(execv("/nowhere", argv), ENOENT);
	fails(execl("/etc", "etc", NULL), EACCES);
	/* Can't be traced, and isn't executed. */
	fails(execve(argv[2], (char **)-1, nothing), EFAULT);
	/* Nor is a variable, or a list of them, that isn't there. */
	fails(execve("/bin/true", argv, lacking), EFAULT);
	fails(execve("/bin/true", argv, nowhere), EFAULT);
	gives(read(zero, buffer, sizeof(buffer)), sizeof(buffer));
	gives(write(null, buffer, 7), 7);
	return 0;
}
