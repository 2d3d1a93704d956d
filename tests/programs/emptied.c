/*
 * emptied.c - empties its environment and executes echo in the given form, which echo then tells.
 */
#include "must.h"
#include <fcntl.h>
#include <stdbool.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <wordexp.h>

static const char *form;
static char *words[] = {"echo", NULL, "ran", NULL}, *nothing[] = {NULL};

static bool is(const char *name)
{
	return strcmp(form, name) == 0;
}

static void child(pid_t pid)
{
	int status;
	gives(waitpid(pid, &status, 0), pid);
	gives(status, 0);
}

static void print_stream(void)
{
	char command[100], line[100];
	snprintf(command, sizeof(command), "/bin/echo %s ran", form);
	FILE *stream = popen(command, "r");
	gives(fgets(line, sizeof(line), stream) == line, 1);
	gives(pclose(stream), 0);
	fputs(line, stdout);
}

static void print_expanded(void)
{
	wordexp_t expanded;
	gives(wordexp("$(/bin/echo wordexp ran)", &expanded, 0), 0);
	printf("%s %s\n", expanded.we_wordv[0], expanded.we_wordv[1]);
}

static void run_command(void)
{
	gives(system("/bin/echo system ran"), 0);
}

static void execute_by_instruction(void)
{
	long result;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(SYS_execve), "D"("/bin/echo"), "S"(words), "d"(nothing)
			 : "rcx", "r11", "memory");
	complain(__FILE__, __LINE__, "execve", result);
}

static void execute(void)
{
	if (is("execve"))
		execve("/bin/echo", words, nothing);
	else if (is("execvp"))
		execvp("echo", words);
	else if (is("fexecve"))
		fexecve(must(open("/bin/echo", O_RDONLY | O_CLOEXEC)), words, nothing);
	else if (is("syscall"))
		syscall(SYS_execve, "/bin/echo", words, nothing);
	else if (is("instructions"))
		execute_by_instruction();
	complain(__FILE__, __LINE__, form, -1);
}

static void fail(void)
{
	fails(execve("/nowhere", words, nothing), ENOENT);
	fails(execve("/etc", words, nothing), EACCES);
	fails(execvp("no-such-program", words), ENOENT);
	fails(execveat(AT_FDCWD, "", words, nothing, 0), ENOENT);
	fails(syscall(SYS_execve, "/nowhere", words, nothing), ENOENT);
	fails(syscall(SYS_execve, "/bin/echo", words, 8), EFAULT);
	/* Of the attempts only this one could have succeeded. */
	int fd = must(open("cut", O_WRONLY | O_CREAT | O_TRUNC, 0644));
	gives(write(fd, "\177ELF\2", 5), 5);
	fails(execve("./cut", words, nothing), EACCES);
	gives(fchmod(fd, 0755), 0);
	gives(close(fd), 0);
	fails(execve("./cut", words, nothing), ENOEXEC);
	gives(unlink("cut"), 0);
	puts("failing ran");
}

static void execute_with_thousands(void)
{
	static char *many[5001], text[5000][8],
	    *count[] = {"bash", "-c", "names=$(compgen -e n); set -- $names; echo $# variables",
			NULL};
	for (int i = 0; i < 5000; i++) {
		snprintf(text[i], sizeof(text[i]), "n%d=", i);
		many[i] = text[i];
	}
	execve("/bin/bash", count, many);
}

int main(int argc, char **argv)
{
	pid_t pid;
	form = words[1] = argv[1];
	clearenv();
	if (is("system")) {
		run_command();
	} else if (is("popen")) {
		print_stream();
	} else if (is("wordexp")) {
		print_expanded();
	} else if (is("posix_spawn")) {
		gives(posix_spawn(&pid, "/bin/echo", NULL, NULL, words, nothing), 0);
		child(pid);
	} else if (is("posix_spawnp")) {
		gives(posix_spawnp(&pid, "echo", NULL, NULL, words, nothing), 0);
		child(pid);
	} else if (is("vfork")) {
		if (!(pid = must(vfork()))) {
			execve("/bin/echo", words, nothing);
			_exit(9);
		}
		child(pid);
	} else if (is("failing")) {
		fail();
	} else if (is("thousands")) {
		execute_with_thousands();
	} else {
		execute();
	}
	return 0;
}
