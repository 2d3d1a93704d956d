/*
 * dispatch_calls.c - system calls of the program's own: their results, and what they leave alone.
 *
 * SEEN read: calls=1000+1 returned=1000*7 errors=1
 * SEEN write: calls=1000+2 returned=1000*7 errors=2
 * SEEN pread64: calls=1 returned=100
 * SEEN readv: calls=1 returned=30
 * SEEN sendto: calls=1 returned=5
 * SEEN recvfrom: calls=1 returned=5
 * SEEN getrandom: calls=1 returned=16
 */
#include "raw.h"
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>

/*
 * Makes the call with every register full, and the red zone too. Returns how
 * many of them are something else afterwards; r11 and rcx the kernel takes.
 */
extern long registers_changed_by(long nr, long a, long b, long c);
__asm__(
    ".text\n"
    "registers_changed_by:\n"
    "	push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
    "	mov %rdi, %rax; mov %rsi, %rdi; mov %rdx, %rsi; mov %rcx, %rdx\n"
    "	mov $101, %ebx; mov $102, %ebp; mov $103, %r12d; mov $104, %r13d\n"
    "	mov $105, %r14d; mov $106, %r15d; mov $107, %r8d; mov $108, %r9d; mov $109, %r10d\n"
    "	mov %rdi, -64(%rsp); mov %rsi, -72(%rsp); mov %rdx, -80(%rsp); movq $77, -128(%rsp)\n"
    "	movq $78, -8(%rsp)\n"
    "	pcmpeqd %xmm0, %xmm0; pcmpeqd %xmm7, %xmm7; pcmpeqd %xmm15, %xmm15\n"
    "	syscall\n"
    "	xor %ecx, %ecx\n"
    "	cmp $101, %rbx; setne %r11b; add %r11b, %cl\n"
    "	cmp $102, %rbp; setne %r11b; add %r11b, %cl\n"
    "	cmp $103, %r12; setne %r11b; add %r11b, %cl\n"
    "	cmp $104, %r13; setne %r11b; add %r11b, %cl\n"
    "	cmp $105, %r14; setne %r11b; add %r11b, %cl\n"
    "	cmp $106, %r15; setne %r11b; add %r11b, %cl\n"
    "	cmp $107, %r8; setne %r11b; add %r11b, %cl\n"
    "	cmp $108, %r9; setne %r11b; add %r11b, %cl\n"
    "	cmp $109, %r10; setne %r11b; add %r11b, %cl\n"
    "	cmp -64(%rsp), %rdi; setne %r11b; add %r11b, %cl\n"
    "	cmp -72(%rsp), %rsi; setne %r11b; add %r11b, %cl\n"
    "	cmp -80(%rsp), %rdx; setne %r11b; add %r11b, %cl\n"
    "	cmpq $77, -128(%rsp); setne %r11b; add %r11b, %cl\n"
    "	cmpq $78, -8(%rsp); setne %r11b; add %r11b, %cl\n"
    "	pmovmskb %xmm0, %edx; cmp $0xffff, %edx; setne %r11b; add %r11b, %cl\n"
    "	pmovmskb %xmm7, %edx; cmp $0xffff, %edx; setne %r11b; add %r11b, %cl\n"
    "	pmovmskb %xmm15, %edx; cmp $0xffff, %edx; setne %r11b; add %r11b, %cl\n"
    "	mov %ecx, %eax\n"
    "	pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
    "	ret\n");

int main(void)
{
	char buffer[100];
	int ends[2], pair[2], zero = must(open("/dev/zero", O_RDONLY));
	must(pipe(ends));
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	for (int i = 0; i < 1000; i++) {
		gives(registers_changed_by(SYS_write, ends[1], (long)"1234567", 7), 0);
		gives(registers_changed_by(SYS_read, ends[0], (long)buffer, 7), 0);
	}
	gives(RAW(SYS_pread64, zero, buffer, 100, 0), 100);
	struct iovec two[] = {{buffer, 10}, {buffer + 10, 20}};
	gives(RAW(SYS_readv, zero, two, 2), 30);
	gives(RAW(SYS_sendto, pair[0], "hello", 5, 0, NULL, 0), 5);
	gives(RAW(SYS_recvfrom, pair[1], buffer, 100, 0, NULL, NULL), 5);
	gives(RAW(SYS_getrandom, buffer, 16, 0), 16);
	gives(RAW(SYS_read, -1, buffer, 100), -EBADF);
	gives(RAW(SYS_write, 99, buffer, 100), -EBADF);
	gives(RAW(SYS_write, ends[1], (void *)8, 100), -EFAULT);
	gives(RAW(100000), -ENOSYS);
	gives(RAW(-1), -ENOSYS);
	gives(RAW(SYS_getpid), getpid());
	errno = 77;
	gives(RAW(SYS_close, 99), -EBADF);
	gives(errno, 77);
	return 0;
}
