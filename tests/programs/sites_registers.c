/*
 * sites_registers.c - a system call by way of libc leaves what the kernel leaves: vector registers and
 * their settings, the registers of the caller and of the arguments, and the red zone. By syscall(),
 * which touches no vector register itself.
 */
#include "must.h"
#include <fcntl.h>
#include <sys/socket.h>

#define VECTORS	  32
#define WIDTH	  64
#define RED_BYTES 128

/* What is loaded before and what is found after. */
struct state {
	unsigned char vector[VECTORS][WIDTH];
	unsigned long mask[8];
	unsigned long general[12]; /* rbx rbp r12-r15, then rdi rsi rdx r10 r8 r9 */
	unsigned char red[RED_BYTES];
	unsigned mxcsr;
	unsigned short x87;
};

struct state before, after;
long arguments[7], result, flags, spare_sp; /* used by the assembly */
static int width;

#define EACH_16(M)                                                                                 \
	M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(10) M(11) M(12) M(13) M(14) M(15)
#define EACH_HIGH(M)                                                                               \
	M(16)                                                                                      \
	M(17) M(18) M(19) M(20) M(21) M(22) M(23) M(24) M(25) M(26) M(27) M(28) M(29) M(30) M(31)
#define EACH_MASK(M) M(1) M(2) M(3) M(4) M(5) M(6) M(7)

#define LOAD_XMM(n)  "movups " #n "*64(%%rax), %%xmm" #n "\n\t"
#define STORE_XMM(n) "movups %%xmm" #n ", " #n "*64(%%rax)\n\t"
#define LOAD_YMM(n)  "vmovups " #n "*64(%%rax), %%ymm" #n "\n\t"
#define STORE_YMM(n) "vmovups %%ymm" #n ", " #n "*64(%%rax)\n\t"
#define LOAD_ZMM(n)  "vmovups " #n "*64(%%rax), %%zmm" #n "\n\t"
#define STORE_ZMM(n) "vmovups %%zmm" #n ", " #n "*64(%%rax)\n\t"
#define LOAD_K(n)    "kmovq 2048+" #n "*8(%%rax), %%k" #n "\n\t"
#define STORE_K(n)   "kmovq %%k" #n ", 2048+" #n "*8(%%rax)\n\t"

#define ONE_CALL(load, store)                                                                      \
	__asm__ volatile("lea before(%%rip), %%rax\n\t" load                                       \
			 "push %%rbx\n\tpush %%rbp\n\tpush %%r12\n\tpush %%r13\n\tpush %%r14\n\t"  \
			 "push %%r15\n\tmov %%rsp, spare_sp(%%rip)\n\tsub $4096, %%rsp\n\t"        \
			 "and $-64, %%rsp\n\t" /* the red zone of syscall() */                     \
			 "lea before+2208(%%rip), %%rsi\n\tlea -136(%%rsp), %%rdi\n\t"             \
			 "mov $16, %%ecx\n\tcld\n\trep movsq\n\t"                                  \
			 "mov before+2112(%%rip), %%rbx\n\tmov before+2120(%%rip), %%rbp\n\t"      \
			 "mov before+2128(%%rip), %%r12\n\tmov before+2136(%%rip), %%r13\n\t"      \
			 "mov before+2144(%%rip), %%r14\n\tmov before+2152(%%rip), %%r15\n\t"      \
			 "lea arguments(%%rip), %%rax\n\tmov 8(%%rax), %%rsi\n\t"                  \
			 "mov 16(%%rax), %%rdx\n\tmov 24(%%rax), %%rcx\n\tmov 32(%%rax), %%r8\n\t" \
			 "mov 40(%%rax), %%r9\n\tmov 48(%%rax), %%rdi\n\tmov %%rdi, (%%rsp)\n\t"   \
			 "mov (%%rax), %%rdi\n\t"                                                  \
			 "call *syscall@GOTPCREL(%%rip)\n\t"                                       \
			 "mov %%rax, result(%%rip)\n\tpushfq\n\tpop %%rax\n\t"                     \
			 "mov %%rax, flags(%%rip)\n\t"                                             \
			 "mov %%rbx, after+2112(%%rip)\n\tmov %%rbp, after+2120(%%rip)\n\t"        \
			 "mov %%r12, after+2128(%%rip)\n\tmov %%r13, after+2136(%%rip)\n\t"        \
			 "mov %%r14, after+2144(%%rip)\n\tmov %%r15, after+2152(%%rip)\n\t"        \
			 "mov %%rdi, after+2160(%%rip)\n\tmov %%rsi, after+2168(%%rip)\n\t"        \
			 "mov %%rdx, after+2176(%%rip)\n\tmov %%r10, after+2184(%%rip)\n\t"        \
			 "mov %%r8, after+2192(%%rip)\n\tmov %%r9, after+2200(%%rip)\n\t"          \
			 "lea -136(%%rsp), %%rsi\n\tlea after+2208(%%rip), %%rdi\n\t"              \
			 "mov $16, %%ecx\n\tcld\n\trep movsq\n\t"                                  \
			 "mov spare_sp(%%rip), %%rsp\n\tpop %%r15\n\tpop %%r14\n\tpop %%r13\n\t"   \
			 "pop %%r12\n\tpop %%rbp\n\tpop %%rbx\n\t"                                 \
			 "lea after(%%rip), %%rax\n\t" store                                       \
			 "stmxcsr after+2336(%%rip)\n\tfnstcw after+2340(%%rip)\n\t"               \
			 :                                                                         \
			 :                                                                         \
			 : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "memory",  \
			   "cc")

static void call_xmm(void)
{
	ONE_CALL(EACH_16(LOAD_XMM), EACH_16(STORE_XMM));
}

__attribute__((target("avx"))) static void call_ymm(void)
{
	ONE_CALL(EACH_16(LOAD_YMM), EACH_16(STORE_YMM));
	__builtin_ia32_vzeroupper();
}

__attribute__((target("avx512f,avx512bw"))) static void call_zmm(void)
{
	ONE_CALL(EACH_16(LOAD_ZMM) EACH_HIGH(LOAD_ZMM) EACH_MASK(LOAD_K),
		 EACH_16(STORE_ZMM) EACH_HIGH(STORE_ZMM) EACH_MASK(STORE_K));
	__builtin_ia32_vzeroupper();
}

_Static_assert(__builtin_offsetof(struct state, mask) == 2048, "assembly knows these");
_Static_assert(__builtin_offsetof(struct state, general) == 2112, "assembly knows these");
_Static_assert(__builtin_offsetof(struct state, red) == 2208, "assembly knows these");
_Static_assert(__builtin_offsetof(struct state, mxcsr) == 2336, "assembly knows these");
_Static_assert(__builtin_offsetof(struct state, x87) == 2340, "assembly knows these");

static long kept(long nr, long a, long b, long c, long d, long e, long f)
{
	static unsigned char seed;
	long given[] = {nr, a, b, c, d, e, f};
	unsigned char *at = (unsigned char *)&before;
	memcpy(arguments, given, sizeof(given));
	for (size_t i = 0; i < sizeof(before); i++)
		at[i] = seed++ * 37 + 11;
	seed += 3;
	memset(&after, 0, sizeof(after));
	before.mxcsr = 0x7f80; /* rounds towards zero */
	before.x87 = 0x0f7f;
	__asm__ volatile("ldmxcsr %0\n\tfldcw %1" : : "m"(before.mxcsr), "m"(before.x87));
	(width == 64 ? call_zmm : width == 32 ? call_ymm : call_xmm)();
	for (int i = 0; i < (width == 64 ? 32 : 16); i++)
		gives(memcmp(before.vector[i], after.vector[i], width), 0);
	if (width == 64)
		gives(memcmp(before.mask + 1, after.mask + 1, 7 * sizeof(long)), 0);
	gives(memcmp(before.general, after.general, 6 * sizeof(long)), 0);
	gives(memcmp(after.general + 6, given + 1, 6 * sizeof(long)), 0);
	gives(memcmp(before.red, after.red, RED_BYTES), 0);
	gives(after.mxcsr, before.mxcsr);
	gives(after.x87, before.x87);
	gives(flags & 0x400, 0);
	return result;
}

int main(void)
{
	static char buffer[64];
	int null = must(open("/dev/null", O_WRONLY)), zero = must(open("/dev/zero", O_RDONLY));
	int pair[2];
	__builtin_cpu_init();
	width = __builtin_cpu_supports("avx512bw") ? 64 : __builtin_cpu_supports("avx") ? 32 : 16;
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	for (int i = 0; i < 100; i++) {
		long file = kept(SYS_openat, AT_FDCWD, (long)"/proc/self/exe", O_RDONLY, 0, 5, 6);
		gives(file >= 0, 1);
		/* What was never seen before is looked at by more of the tracer. */
		gives(kept(SYS_read, file, (long)buffer, 60, 4, 5, 6), 60);
		gives(kept(SYS_close, file, 2, 3, 4, 5, 6), 0);
		gives(kept(SYS_write, null, (long)buffer, 7, 4, 5, 6), 7);
		gives(kept(SYS_read, zero, (long)buffer, 9, 4, 5, 6), 9);
		gives(kept(SYS_sendto, pair[0], (long)buffer, 8, 0, 0, 0), 8);
		gives(kept(SYS_recvfrom, pair[1], (long)buffer, 8, 0, 0, 0), 8);
		gives(kept(SYS_getpid, 1, 2, 3, 4, 5, 6), getpid());
	}
	errno = 0;
	gives(kept(SYS_read, -1, (long)buffer, 9, 4, 5, 6), -1);
	gives(errno, EBADF);
	printf("registers of %d bytes\n", width);
	return 0;
}
