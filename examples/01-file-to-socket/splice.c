/* splice.c - sends a file to standard output through a pipe, which holds the pages and not their
 * bytes: splice FILE.
 */
#include "../io.h"

/* Moves at most this much, or what there is, and says how much that was. */
static size_t move(int from, int to, size_t most)
{
	ssize_t n = splice(from, NULL, to, NULL, most, 0);

	if (n < 0)
		err(1, "splice");
	return n;
}

int main(int argc, char **argv)
{
	const size_t room = 64 << 10; /* of a pipe */
	int ends[2];
	size_t n;

	if (argc != 2)
		errx(2, "usage: splice FILE");
	int file = must_open(argv[1], O_RDONLY);

	must_pipe(ends);
	while ((n = move(file, ends[1], room)) > 0)
		while (n > 0)
			n -= move(ends[0], STDOUT_FILENO, n);
	return 0;
}
