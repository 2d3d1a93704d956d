/*
 * exceptions.cpp - exceptions thrown out of callbacks, through libc's frames and through ours.
 *
 * EXPECT call read: calls=3*1000 returned=3*1000*2 zero_filled=3*1000*2
 * EXPECT function fread: calls=1000
 * EXPECT function fprintf: calls=1000
 */
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

static int zero;

static void use()
{
	char buffer[2];
	if (read(zero, buffer, 2) != 2)
		abort();
}

static int compare(const void *a, const void *b)
{
	use();
	throw std::runtime_error("from qsort");
}

static ssize_t give(void *cookie, char *buffer, size_t n)
{
	use();
	throw std::runtime_error("from fread");
}

static ssize_t take(void *cookie, const char *buffer, size_t n)
{
	use();
	throw std::runtime_error("from fprintf");
}

static void sort()
{
	int numbers[] = {3, 1};
	qsort(numbers, 2, sizeof(int), compare);
}

/* What a stream holds when an exception leaves it is lost, so it isn't closed. */
static void read_stream()
{
	char buffer[10];
	FILE *stream = fopencookie(nullptr, "r", cookie_io_functions_t{give, nullptr, nullptr, nullptr});
	size_t volatile n = fread(buffer, 1, 10, stream);
	(void)n;
}

static void write_stream()
{
	FILE *stream = fopencookie(nullptr, "w", cookie_io_functions_t{nullptr, take, nullptr, nullptr});
	setvbuf(stream, nullptr, _IONBF, 0);
	fprintf(stream, "%d", 5);
}

int main()
{
	int caught = 0;
	zero = open("/dev/zero", O_RDONLY);
	for (int i = 0; i < 1000; i++) {
		for (auto function : {sort, read_stream, write_stream}) {
			try {
				function();
			} catch (const std::runtime_error &) {
				caught++;
			}
		}
	}
	fflush(stdout);
	_exit(caught == 3000 ? 0 : 1);
}
