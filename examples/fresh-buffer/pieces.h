/* pieces.h - what both programs share: a piece of memory, and one piece of the file into it. */
#include <err.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PIECE (1 << 20)

static inline void *take_piece(void)
{
	void *piece = mmap(NULL, PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (piece == MAP_FAILED)
		err(1, "mmap");
	return piece;
}

static inline int open_file(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: %s FILE", argv[0]);
	int fd = open(argv[1], O_RDONLY);
	if (fd < 0)
		err(1, "%s", argv[1]);
	return fd;
}

static inline ssize_t read_piece(int fd, void *piece)
{
	ssize_t n = read(fd, piece, PIECE);
	if (n < 0)
		err(1, "read");
	return n;
}
