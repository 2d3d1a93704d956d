/*
 * generated_code.c - a call from code that was made at run time: no unwind information, and a frame pointer to nothing.
 *
 * EXPECT function malloc: calls=200 returned=200*48
 * EXPECT function free: calls=200
 * EXPECT call read: calls=200 returned=200*10 zero_filled=200*10
 */
#include "must.h"
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

static int zero;

static void work(void)
{
	char buffer[10];
	gives(read(zero, buffer, sizeof(buffer)), sizeof(buffer));
	void *volatile p = malloc(48);
	free(p);
}

int main(void)
{
	/* push %rbp; mov %rsi,%rbp; call *%rdi; pop %rbp; ret */
	static const unsigned char code[] = {0x55, 0x48, 0x89, 0xf5, 0xff, 0xd7, 0x5d, 0xc3};
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return 1;
	memcpy(page, code, sizeof(code));
	must(mprotect(page, 4096, PROT_READ | PROT_EXEC));
	zero = must(open("/dev/zero", O_RDONLY));

	/* What looks like a chain of frames, with return addresses into nowhere. */
	for (int i = 0; i < 200; i++) {
		volatile unsigned long frame[8] = {0};
		for (int k = 0; k < 3; k++) {
			frame[2 * k] = (unsigned long)&frame[2 * k + 2];
			frame[2 * k + 1] = 0x1100000000 + (unsigned)(16 * i + k);
		}
		((void (*)(void (*)(void), volatile unsigned long *))page)(work, frame);
	}
	return 0;
}
