/*
 * dispatch_signals.c - SIGSYS is the program's: handled, ignored, blocked, pending, and fatal.
 *
 * SEEN write: calls=8 returned=8*3
 */
#include "raw.h"
#include <signal.h>
#include <sys/wait.h>

static volatile int came, code, value;

static void handler(int signal, siginfo_t *info, void *context)
{
	gives(signal, SIGSYS);
	came++;
	code = info->si_code;
	value = info->si_value.sival_int;
	gives(RAW(SYS_write, 1, "in\n", 3), 3);
}

static void plain_handler(int signal)
{
	came += 100;
}

static void works(void)
{
	gives(RAW(SYS_write, 1, "ok\n", 3), 3);
}

static int is_blocked(void)
{
	sigset_t now;
	must(sigprocmask(SIG_SETMASK, NULL, &now));
	return sigismember(&now, SIGSYS);
}

/* How a child ends that is sent SIGSYS. */
static int ends_by(void (*disposition)(int))
{
	int status;
	pid_t pid = must(fork());
	if (!pid) {
		signal(SIGSYS, disposition);
		raise(SIGSYS);
		_exit(7);
	}
	gives(waitpid(pid, &status, 0), pid);
	return status & ~0x80; /* whether a core was dumped is not our question */
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO}, now;
	sigset_t only, all, before, waiting;
	sigemptyset(&only);
	sigaddset(&only, SIGSYS);
	sigfillset(&all);
	if (argc > 1) {
		/* After an exec: what was blocked and ignored still is. */
		gives(is_blocked(), 1);
		must(sigaction(SIGSYS, NULL, &now));
		gives(now.sa_handler == SIG_IGN, 1);
		works();
		return 0;
	}
	must(sigaction(SIGSYS, NULL, &now));
	gives(now.sa_handler == SIG_DFL, 1);
	gives(now.sa_flags, 0);

	sigaddset(&action.sa_mask, SIGUSR2);
	must(sigaction(SIGSYS, &action, NULL));
	must(sigaction(SIGSYS, &action, &now));
	gives(now.sa_sigaction == handler, 1);
	gives(now.sa_flags & ~0x04000000, SA_SIGINFO);
	gives(sigismember(&now.sa_mask, SIGUSR2), 1);
	gives(sigismember(&now.sa_mask, SIGSYS), 0);
	works();
	must(raise(SIGSYS));
	gives(came, 1);
	gives(code, SI_TKILL);
	must(sigqueue(getpid(), SIGSYS, (union sigval){.sival_int = 42}));
	gives(came, 2);
	gives(code, SI_QUEUE);
	gives(value, 42);

	/* Blocked it waits, and system calls work. */
	must(sigprocmask(SIG_BLOCK, &only, &before));
	gives(sigismember(&before, SIGSYS), 0);
	gives(is_blocked(), 1);
	must(raise(SIGSYS));
	works();
	gives(came, 2);
	must(sigpending(&waiting));
	gives(sigismember(&waiting, SIGSYS), 1);
	must(sigprocmask(SIG_UNBLOCK, &only, &before));
	gives(sigismember(&before, SIGSYS), 1);
	gives(is_blocked(), 0);
	gives(came, 3);
	must(sigpending(&waiting));
	gives(sigismember(&waiting, SIGSYS), 0);

	action = (struct sigaction){.sa_handler = plain_handler, .sa_flags = SA_RESETHAND};
	must(sigaction(SIGSYS, &action, NULL));
	must(raise(SIGSYS));
	gives(came, 103);
	must(sigaction(SIGSYS, NULL, &now));
	gives(now.sa_handler == SIG_DFL, 1);

	must(signal(SIGSYS, SIG_IGN) == SIG_ERR ? -1 : 0);
	works();
	must(raise(SIGSYS));
	gives(came, 103);
	gives(RAW(SYS_rt_sigaction, SIGSYS, 8, NULL, 8), -EFAULT);
	gives(RAW(SYS_rt_sigaction, SIGSYS, NULL, 8, 8), -EFAULT);
	gives(RAW(SYS_rt_sigaction, SIGSYS, NULL, NULL, 4), -EINVAL);

	gives(ends_by(SIG_DFL), SIGSYS);
	gives(ends_by(SIG_IGN), 7 << 8);
	gives(ends_by(plain_handler), 7 << 8);

	must(sigprocmask(SIG_SETMASK, &all, NULL));
	works();
	must(execl(argv[0], argv[0], "again", NULL));
}
