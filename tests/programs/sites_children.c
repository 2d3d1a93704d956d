/*
 * sites_children.c - children of every kind read and write, through stdio and not: of fork, vfork,
 * posix_spawn, system and popen, and of a fork in a thread. What a child of vfork writes before it
 * executes a program the kernel counts for the child: see borrowed_memory.c.
 *
 *     sites_children FILE
 */
#include "must.h"
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

static const char *path;

static void copy_by_stdio(void)
{
	char line[300];
	FILE *in = fopen(path, "r"), *out = fopen("/dev/null", "w");
	for (int i = 0; i < 500 && fgets(line, sizeof(line), in); i++)
		fputs(line, out);
	fclose(in);
	fclose(out);
}

static void list(void)
{
	DIR *directory = opendir("/proc/self/task");
	while (readdir(directory))
		;
	closedir(directory);
}

static void wait_for(pid_t child)
{
	int status;
	gives(waitpid(child, &status, 0), child);
	gives(status, 0);
}

static void *forking(void *unused)
{
	pid_t child = must(fork());
	if (!child) {
		copy_by_stdio();
		_exit(0);
	}
	wait_for(child);
	return NULL;
}

int main(int argc, char **argv)
{
	char *const words[] = {"wc", "-c", (char *)argv[1], NULL};
	posix_spawn_file_actions_t actions;
	pthread_t thread;
	pid_t child;
	char line[300];
	path = argv[1];

	printf("before\n"); /* stays in the buffer of each child of fork */
	copy_by_stdio();
	child = must(fork());
	if (!child) {
		copy_by_stdio();
		list();
		printf("child\n");
		exit(0);
	}
	wait_for(child);

	fflush(stdout);
	child = vfork();
	if (!child) {
		execvp(words[0], words);
		_exit(9);
	}
	wait_for(child);

	gives(posix_spawn_file_actions_init(&actions), 0);
	gives(posix_spawn_file_actions_addopen(&actions, 0, path, O_RDONLY, 0), 0);
	gives(posix_spawn_file_actions_adddup2(&actions, 1, 7), 0);
	gives(posix_spawnp(&child, words[0], &actions, NULL, words, environ), 0);
	wait_for(child);

	gives(system("head -n 2 text; exit 0"), 0);

	FILE *pipe = popen("sort text | uniq | head -n 400 | cat", "r");
	while (fgets(line, sizeof(line), pipe))
		fputs(line, stdout);
	gives(pclose(pipe), 0);

	gives(pthread_create(&thread, NULL, forking, NULL), 0);
	gives(pthread_join(thread, NULL), 0);
	list();
	return 0;
}
