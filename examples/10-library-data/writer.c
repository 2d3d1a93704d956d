/*
 * writer.c - writes 2 into data of libcounter.so that was 1, in its own process.
 *
 * usage: writer nothing|counter|data|zeros|shared
 *
 * `counter` is the first int of data; the others are written to in every page. Then says so to
 * whoever reads its standard output, and stays until that one has ended.
 */
#include "counter.h"

#include <poll.h>

static void write_each_page(struct part *part)
{
	write_pages(part, sizeof(*part), 1);
	part->counter = 2;
}

static void write_to(const char *part)
{
	if (!strcmp(part, "counter"))
		data.counter = 2;
	else if (!strcmp(part, "data"))
		write_each_page(&data);
	else if (!strcmp(part, "zeros"))
		write_each_page(&zeros);
	else if (!strcmp(part, "shared"))
		write_each_page(shared_part());
	else if (strcmp(part, "nothing"))
		errx(2, "there is no part '%s'", part);
}

int main(int argc, char **argv)
{
	struct pollfd reader = {.fd = STDOUT_FILENO};

	if (argc != 2)
		errx(2, "usage: writer nothing|counter|data|zeros|shared");
	wait_for_turn();
	write_to(argv[1]);
	write_all(STDOUT_FILENO, "w", 1);
	if (poll(&reader, 1, -1) < 0)
		err(1, "poll");
	return 0;
}
