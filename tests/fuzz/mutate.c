/*
 * mutate.c - changes seeds a little, over and over, and gives them to the target: mutate SECONDS
 * SEED FILE...
 *
 * The same SEED gives the same inputs in the same order. An input that ends
 * the program is left in the file "finding" in the working directory.
 */
#include "target.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SIZE_MOST  (1 << 20)
#define HANG_AFTER 10 /* seconds for one input */

static uint64_t state;
static uint8_t input[2 * SIZE_MOST];
static size_t input_size;
static bool working;

/* xorshift64*: https://vigna.di.unimi.it/ftp/papers/xorshift.pdf */
static uint64_t any(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1d;
}

static size_t below(size_t limit)
{
	return limit ? any() % limit : 0;
}

static void keep_finding(void)
{
	int fd = open("finding", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd >= 0 && write(fd, input, input_size) == (ssize_t)input_size)
		(void)!write(STDERR_FILENO, "mutate: input kept in ./finding\n", 32);
}

static void on_death(int number)
{
	keep_finding();
	signal(number, SIG_DFL);
	raise(number);
}

/* The sanitizers end the program by _exit, and the viewer's die() by exit. */
void __asan_on_error(void);
void __asan_on_error(void)
{
	keep_finding();
}

/* UBSan tells nobody else. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));

static void on_exit_while_working(void)
{
	if (working) {
		keep_finding();
		_exit(1);
	}
}

static void change_byte(void)
{
	static const uint8_t interesting[] = {0,    1,	 7,   8,   0x7f, 0x80,
					      0xff, '"', '{', '}', '-',	 '9'};
	uint8_t *at = &input[below(input_size)];
	*at = any() % 2 ? interesting[below(sizeof(interesting))] : *at ^ (1 << below(8));
}

/* Offsets and counts of a region stand at multiples of 4. */
static void change_word(void)
{
	static const uint64_t interesting[] = {0,	  1,	     7,		 8,
					       64,	  4096,	     1 << 20,	 UINT32_MAX,
					       INT32_MAX, INT64_MAX, UINT64_MAX, 1ull << 63};
	size_t bytes = any() % 2 ? 4 : 8;
	uint64_t word = any() % 4 ? interesting[below(sizeof(interesting) / sizeof(*interesting))]
				  : below(input_size * 2);

	if (input_size < 16)
		return;
	/* The head, which all the rest hangs on, more often than its share. */
	size_t reach = any() % 2 && input_size > 1024 ? 1024 : input_size;
	memcpy(&input[below(reach - 8) / 4 * 4], &word, bytes);
}

static void remove_some(void)
{
	size_t at = below(input_size), n = below(any() % 4 ? 16 : input_size - at);

	if (n > input_size - at)
		n = input_size - at;
	memmove(&input[at], &input[at + n], input_size - at - n);
	input_size -= n;
}

static void repeat_some(void)
{
	size_t from = below(input_size), at = below(input_size), n = below(any() % 4 ? 64 : 4096);

	if (n > input_size - from)
		n = input_size - from;
	if (input_size + n > sizeof(input))
		return;
	uint8_t *copy = malloc(n + 1);
	if (!copy)
		abort();
	memcpy(copy, &input[from], n);
	memmove(&input[at + n], &input[at], input_size - at);
	memcpy(&input[at], copy, n);
	input_size += n;
	free(copy);
}

/* Another number where one stands in the text. */
static void change_number(void)
{
	static const char *const interesting[] = {"0",
						  "-1",
						  "1",
						  "1e999",
						  "0.5",
						  "9223372036854775807",
						  "9223372036854775808",
						  "18446744073709551615",
						  "null",
						  "true",
						  "\"\"",
						  "[]",
						  "{}",
						  "99"};
	size_t at = below(input_size), end;
	const char *number = interesting[below(sizeof(interesting) / sizeof(*interesting))];

	while (at < input_size && (input[at] < '0' || input[at] > '9'))
		at++;
	for (end = at; end < input_size && input[end] >= '0' && input[end] <= '9'; end++)
		;
	if (at == end || input_size + strlen(number) > sizeof(input))
		return;
	memmove(&input[at + strlen(number)], &input[end], input_size - end);
	memcpy(&input[at], number, strlen(number));
	input_size = input_size - (end - at) + strlen(number);
}

static void mutate(void)
{
	static void (*const ways[])(void) = {change_byte, change_word,	 remove_some,
					     repeat_some, change_number, change_number};
	for (size_t n = 1 + below(4); n && input_size; n--)
		ways[below(sizeof(ways) / sizeof(*ways))]();
}

static void load(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		exit(2);
	}
	input_size = fread(input, 1, SIZE_MOST, file);
	fclose(file);
}

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	uint64_t runs = 0;

	if (argc < 4 || !freopen("/dev/null", "w", stdout))
		return 2;
	state = strtoull(argv[2], NULL, 10) * 2 + 1;
	signal(SIGABRT, on_death);
	signal(SIGALRM, on_death);
	atexit(on_exit_while_working);
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(keep_finding);
	for (double end = seconds() + atof(argv[1]); seconds() < end; runs++) {
		/* Every seed is tried unchanged before any is changed. */
		load(argv[3 + (runs < (uint64_t)argc - 3 ? runs : below(argc - 3))]);
		if (runs >= (uint64_t)argc - 3)
			mutate();
		working = true;
		alarm(HANG_AFTER);
		LLVMFuzzerTestOneInput(input, input_size);
		working = false;
	}
	fprintf(stderr, "mutate: %" PRIu64 " inputs, nothing found\n", runs);
	return 0;
}
