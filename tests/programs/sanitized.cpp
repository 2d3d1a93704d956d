/*
 * sanitized.cpp - four threads that allocate, write and end; then, on request, a mistake: a byte behind a
 * block, or a race. Built by tests/interposers.bats, with a sanitizer and without.
 */
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

static int shared;

static void work(bool race)
{
	char *block = static_cast<char *>(malloc(1000));
	memset(block, 1, 1000);
	FILE *null = fopen("/dev/null", "w");
	fwrite(block, 1, 1000, null);
	fclose(null);
	free(block);
	if (race)
		shared++;
}

int main(int argc, char **argv)
{
	std::string mistake = argc > 1 ? argv[1] : "";
	std::vector<std::thread> threads;
	for (int i = 0; i < 4; i++)
		threads.emplace_back(work, mistake == "race");
	for (auto &thread : threads)
		thread.join();
	if (mistake == "overrun") {
		volatile char *block = new char[10];
		block[10] = 1;
		delete[] block;
	}
	puts("done");
	return 3;
}
