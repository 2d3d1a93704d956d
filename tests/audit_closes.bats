# audit_closes.bats - every byte that the kernel counted of a process is explained, or is one that has a name.
load helpers/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	cleanup_memory
	remove_regions
}

# Every record of $TRACES closes to the byte, and there are at least so many.
closes() {
	jq -r '.processes[] | [.pid, .image, .exe, .audit.unattributed_to_user, .audit.unattributed_from_user] | @tsv' \
		"$TRACES"/*.json >audits
	[ "$(wc -l <audits)" -ge "$1" ] || { cat audits; return 1; }
	run -1 grep -vP '\t0\t0$' audits
}

@test "children are told apart however they are waited for" {
	local how
	for how in waitpid wait3 waitid polling own-call; do
		echo "$how"
		forget_traces
		ledger reaping $how
	done
}

@test "children are told apart where libc is left alone, too" {
	ENVIRONMENT=(COPYTRACE_OPTIONS=no-syscall-layer) ledger reaping waitpid
}

@test "threads that ended and children are told apart" {
	ledger reaping_threads
	forget_traces
	ENVIRONMENT=(COPYTRACE_OPTIONS=no-syscall-layer) ledger reaping_threads
}

@test "execs that fail leave nothing in the figures" {
	printf '#include <unistd.h>\nint main(void) { return 0; }\n' >static.c
	gcc -static -o static static.c || skip "no static libc"
	{ echo "neither a program nor a script" && head -c 1000 /dev/zero; } >text
	chmod +x text
	ledger refused_execs "$PWD/text" "$PWD/static"
}

@test "threads that end while an exec fails are told apart from children" {
	{ echo "neither a program nor a script" && head -c 1000 /dev/zero; } >text
	chmod +x text
	ledger threads_end_at_execs "$PWD/text"
}

@test "calls that the kernel counts twice, or not at all: on a disk and in memory" {
	ledger twice_counted "$BATS_TEST_TMPDIR"
	forget_traces
	memory_directory
	ledger twice_counted "$MEMORY"
}

@test "a shell, its pipelines, its scripts and what it executes" {
	printf 'echo a script without an interpreter\n' >script
	chmod +x script
	traced bash -c 'sort /etc/passwd | cut -d : -f 1 | wc -l; ./script; read -r line </etc/passwd; echo "$line"
		(exec cat /etc/hostname); $(command -v true); exec sed -n 1p /etc/passwd' >/dev/null
	closes 9
}

@test "programs that write from their last handlers" {
	build_program last_words
	traced "$program" >/dev/null || true
	closes 1
}

@test "what stdio holds at the end is in the ledger: by exit, by _exit, by a thread" {
	cat >held.c <<-'END'
		#include <pthread.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <unistd.h>
		static void *end(void *how)
		{
			if (*(char *)how == 'q')
				quick_exit(0);
			if (*(char *)how == '_')
				_exit(0);
			exit(0);
		}
		int main(int argc, char **argv)
		{
			pthread_t thread;
			fputs("eleven byte", stdout);
			if (argc > 2)
				pthread_create(&thread, NULL, end, argv[1]), pthread_join(thread, NULL);
			end(argv[1]);
		}
	END
	gcc -o held held.c -pthread
	local arguments written
	for arguments in "exit" "_exit" "quick" "exit in-thread"; do
		echo "$arguments"
		forget_traces
		# shellcheck disable=SC2086
		traced ./held $arguments >out
		written=$(stat -c %s out)
		jq -e ".processes[0].audit | .unattributed_from_user == 0 and .wchar == $written and .unwritten_bytes == 0" \
			"$TRACES"/*.json
	done
}

@test "the report of a tree says so, and to the byte" {
	# Half a mebibyte each way, in two children of a parent that has their figures added to its own.
	run -0 "$VIEWER" record -o tree.json -- sh -c 'for i in 1 2; do head -c 262144 /dev/zero | cat >/dev/null; done'
	run -0 "$VIEWER" report tree.json
	assert_regex "${lines[-1]}" "^explained 100\.00 % of what the kernel counted \([0-9,]+ of [0-9,]+ bytes; loader [0-9,]+\)$"
	local counted
	counted=$(jq '[.processes[].audit | .rchar - .reaped_to_user + .wchar - .reaped_from_user] | add' tree.json)
	[ "$counted" -ge $((4 * 2 * 262144)) ]
	[ "$counted" -lt $((4 * 2 * 262144 + 20000)) ]
}

@test "what libc does unseen is missing, and the report gives the cause" {
	COPYTRACE_OPTIONS=no-syscall-layer run -0 "$VIEWER" record -o x.json -- sort -o sorted /etc/passwd
	run -0 "$VIEWER" report x.json
	assert_regex "${lines[-1]}" "^explained [0-9]?[0-9]\.[0-9][0-9] % of"
	output=$(tr -s " \n" " " <<<"$output")
	assert_output --partial "not explained: "
	assert_output --partial "copytrace record --exhaustive"
	run -0 jq -c '.processes[0].coverage.syscall_layer | [.on, .why]' x.json
	assert_output '[false,"COPYTRACE_OPTIONS=no-syscall-layer"]'
}

@test "code with system calls of its own is missing, and the report suggests exhaustive mode" {
	cat >own.c <<-'END'
		#include <fcntl.h>
		#include <sys/syscall.h>
		int main(void)
		{
			static char buffer[5000];
			long zero = open("/dev/zero", O_RDONLY), r = SYS_read;
			__asm__ volatile("syscall" : "+a"(r) : "D"(zero), "S"(buffer), "d"(5000) : "rcx", "r11", "memory");
			return r != 5000;
		}
	END
	gcc -o own own.c
	"$VIEWER" record -o x.json -- ./own
	jq -e '.processes[0].audit.unattributed_to_user == 5000' x.json
	run -0 "$VIEWER" report x.json
	output=$(tr -s ' \n' ' ' <<<"$output")
	assert_output --partial "not explained: 5,000 bytes to user"
	assert_output --partial "system calls made by the program's own instructions are not seen"
	assert_output --partial "copytrace record --exhaustive"
}

@test "exhaustive mode misses such calls of a library's constructor, which runs before the tracer's, and says so" {
	cat >early.c <<-'END'
		#include <fcntl.h>
		#include <sys/syscall.h>
		static __attribute__((constructor)) void early(void)
		{
			static char buffer[5000];
			long zero = open("/dev/zero", O_RDONLY), r = SYS_read;
			__asm__ volatile("syscall" : "+a"(r) : "D"(zero), "S"(buffer), "d"(5000) : "rcx", "r11", "memory");
		}
	END
	gcc -shared -fPIC -o libearly.so early.c
	echo 'int main(void) { return 0; }' >late.c
	gcc -o late late.c -Wl,--no-as-needed,-rpath,"$PWD" -L. -learly
	needs_dispatch
	"$VIEWER" record --exhaustive -o x.json -- ./late
	jq -e '.processes[0].coverage.exhaustive.on' x.json
	run -0 "$VIEWER" report x.json
	output=$(tr -s ' \n' ' ' <<<"$output")
	assert_output --partial "not explained: 5,000 bytes to user: system calls made by own instructions of a library's constructor"
	refute_output --partial "copytrace record --exhaustive"
}

@test "threads that run on while the record is ended are counted" {
	cat >left.c <<-'END'
		#include <pthread.h>
		#include <unistd.h>
		static void *sleeps(void *unused) { pause(); return unused; }
		int main(void)
		{
			pthread_t thread;
			for (int i = 0; i < 3; i++)
				pthread_create(&thread, NULL, sleeps, NULL);
			return 0;
		}
	END
	gcc -o left left.c -pthread
	traced ./left
	closes 1
	jq -e '.processes[0].coverage.threads_left == 3' "$TRACES"/*.json
}
