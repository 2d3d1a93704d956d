/*
 * job.c - tells of every signal that it gets, and of every line that it reads; the word "end" ends it, and
 * so does a minute, if the test is gone.
 *
 * job [stubborn|deaf]: SIGTSTP is told and followed, as editors do; a stubborn one ignores it. A deaf
 * one reads nothing.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void tell(int number)
{
	char text[] = "got 00\n";

	text[4] += number / 10;
	text[5] += number % 10;
	(void)!write(1, text, sizeof(text) - 1);
	if (number == SIGTSTP)
		raise(SIGSTOP);
}

int main(int argc, char **argv)
{
	static const int told[] = {SIGTERM, SIGUSR1, SIGUSR2, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH};
	struct sigaction action = {.sa_handler = tell, .sa_flags = SA_RESTART};
	char line[80];

	for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++)
		sigaction(told[i], &action, NULL);
	sigaction(SIGRTMIN, &action, NULL); /* one that comes twice is told twice */
	if (argc > 1 && !strcmp(argv[1], "stubborn"))
		signal(SIGTSTP, SIG_IGN);
	alarm(60);
	printf("ready\n");
	fflush(stdout);
	while (argc > 1 && !strcmp(argv[1], "deaf"))
		pause();
	while (fgets(line, sizeof(line), stdin) && strcmp(line, "end\n")) {
		printf("read %s", line);
		fflush(stdout);
	}
	return 6;
}
