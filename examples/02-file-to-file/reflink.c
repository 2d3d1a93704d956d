/* reflink.c - lets a file share all blocks of another, until one of them is written to: reflink
 * FROM TO. */
#include "../io.h"

#include <linux/fs.h>
#include <sys/ioctl.h>

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: reflink FROM TO");
	int from = must_open(argv[1], O_RDONLY),
	    to = must_open(argv[2], O_WRONLY | O_CREAT | O_TRUNC);

	if (ioctl(to, FICLONE, from))
		err(1, "FICLONE");
	if (close(to))
		err(1, "close");
	return 0;
}
