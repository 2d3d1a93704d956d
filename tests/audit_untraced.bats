# audit_untraced.bats - programs that were executed and can't be traced are in the trace, with the reason.
load helpers/common

STATIC="is linked statically, so nothing can be preloaded into it"

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	echo 'int main(void) { return 0; }' >empty.c
	gcc -static -o static empty.c || skip "no static libc"
	gcc -o dynamic empty.c
}

# What all traces say together: a line "TIMES PATH WHY" for each.
untraced() {
	jq -r '.processes[].coverage.untraced[] | "\(.times) \(.path) \(.why)"' "$TRACES"/*.json | sort
}

@test "by every way to execute a program" {
	cat >ways.c <<-'END'
		#include <fcntl.h>
		#include <spawn.h>
		#include <string.h>
		#include <sys/wait.h>
		#include <unistd.h>
		int main(int argc, char **argv)
		{
			char *how = argv[1], *words[] = {"static", NULL};
			pid_t pid = 0;
			if (!strcmp(how, "posix_spawn"))
				posix_spawn(&pid, "./static", NULL, NULL, words, words + 1);
			else if (!strcmp(how, "posix_spawnp"))
				posix_spawnp(&pid, "static", NULL, NULL, words, words + 1);
			else if (!strcmp(how, "vfork") && !(pid = vfork()))
				execv("./static", words), _exit(9);
			else if (!strcmp(how, "fork") && !(pid = fork()))
				execve("./static", words, words + 1), _exit(9);
			if (pid)
				return waitpid(pid, NULL, 0) != pid;
			if (!strcmp(how, "execvp"))
				execvp("static", words);
			if (!strcmp(how, "fexecve"))
				fexecve(open("static", O_RDONLY), words, words + 1);
			if (!strcmp(how, "execveat"))
				execveat(open(".", O_RDONLY), "static", words, words + 1, 0);
			execl("./static", "static", NULL);
			return 9;
		}
	END
	gcc -D_GNU_SOURCE -o ways ways.c
	local how
	for how in posix_spawn posix_spawnp vfork fork execvp fexecve execveat execl; do
		echo "$how"
		forget_traces
		traced PATH="$PWD:$PATH" ./ways $how
		run -0 untraced
		assert_output --regexp "^1 [^ ]*static $STATIC$"
		run -0 jq -s '[.[].processes[].audit | .unattributed_to_user, .unattributed_from_user] | unique' -c "$TRACES"/*.json
		assert_output "[0]"
	done
}

@test "a program that was executed often is there once" {
	traced sh -c './static; ./static; ./dynamic; ./static'
	run -0 untraced
	assert_output "3 ./static $STATIC"
}

@test "a script that is interpreted by one" {
	printf '#!%s\n' "$PWD/static" >script
	printf '#!%s\n' "$PWD/script" >nested
	printf '#!%s\n' "$PWD/dynamic" >fine
	chmod +x script nested fine
	traced sh -c './script; ./nested; ./fine'
	run -0 untraced
	assert_line --index 0 "1 ./nested $STATIC"
	assert_line --index 1 "1 ./script $STATIC"
	assert_equal "${#lines[@]}" 2
}

@test "programs that gain rights" {
	[ "$(id -u)" -eq 0 ] || skip "not root, and so no file can be given away"
	cp dynamic setuid && chown nobody setuid && chmod 4755 setuid
	cp dynamic setgid && chgrp nogroup setgid && chmod 2755 setgid
	cp dynamic own && chmod 6755 own
	traced sh -c './setuid; ./setgid; ./own'
	run -0 untraced
	assert_line --index 0 "1 ./setgid is setgid, and such programs ignore LD_PRELOAD"
	assert_line --index 1 "1 ./setuid is setuid, and such programs ignore LD_PRELOAD"
	assert_equal "${#lines[@]}" 2
	# That is what the loader does with it, too.
	run -0 ls "$TRACES"
	refute_output --partial ".setuid."
	assert_output --partial ".own."
}

@test "what wasn't executed after all isn't there" {
	head -c 300 static >cut
	printf '\177ELF\1' | dd of=cut conv=notrunc status=none
	chmod +x cut
	cp static forbidden && chmod a-x forbidden
	traced sh -c './cut; ./forbidden; ./missing; true' 2>/dev/null
	run -0 untraced
	assert_output ""
}

@test "of very many, the number is told" {
	for i in $(seq 260); do
		ln -f static "static$i"
	done
	# shellcheck disable=SC2016
	traced sh -c 'for i in $(seq 260); do ./static$i; done'
	run -0 jq -s '[.[].processes[].coverage | (.untraced | length), .untraced_folded] | add' "$TRACES"/*.json
	assert_output 260
	run -0 "$ROOT/tests/validate" "$TRACES"/*.json
}

@test "where the tracer can't be passed on" {
	local loader
	loader=$(ldd ./dynamic | awk '/ld-linux/ { print $1 }')
	[ ! -e /etc/ld.so.preload ] || skip "there is /etc/ld.so.preload"
	traces_directory
	COPYTRACE_DIR=$TRACES "$loader" --preload "$LIBRARY" "$(command -v bash)" -c './dynamic; true'
	run -0 untraced
	assert_output --regexp "^1 ./dynamic was given an environment without LD_PRELOAD"
	run -0 ls "$TRACES"
	refute_output --partial "dynamic"
}

# What the merged trace says of each: PID STATUS USER SYSTEM MINOR MAJOR, as tests/programs/waits.c prints it.
rows() {
	jq -r '.untraced_processes[] | "\(.pid) \(.exit.signal // .exit.status * 256) \(.user_ns / 1000) \(.system_ns / 1000) \(.minor_faults) \(.major_faults)"' "$1"
}

@test "each process is a row of its own, with its end and what the kernel said of it, however it is waited for" {
	cat >waited.c <<-'END'
		#include <stdlib.h>
		#include <string.h>
		#include <unistd.h>
		int main(int argc, char **argv)
		{
			if (!strcmp(argv[1], "sleep"))
				pause();
			for (volatile int i = 0; i < 10000000; i++)
				;
			if (!strcmp(argv[1], "abort"))
				abort();
			return 7;
		}
	END
	gcc -static -o waited waited.c
	build_program waits
	local options
	for options in "" exhaustive; do
		forget_traces
		ulimit -c 0
		run -0 traced COPYTRACE_OPTIONS=$options "$program" ./waited
		"$VIEWER" report --json "$TRACES"/*.json >x.json
		"$ROOT/tests/validate" x.json
		# The kernel keeps nanoseconds, and rounds each sum.
		run -0 awk 'NR == FNR { for (i = 1; i <= 6; i++) told[FNR, i] = $i; next }
			{ for (i = 1; i <= 6; i++) { d = told[FNR, i] - $i; if (d * d > (i == 3 || i == 4)) print FNR, i, told[FNR, i], $i } }
			END { print FNR }' <(echo "$output") <(rows x.json)
		assert_output 5
		run -0 jq -e '.processes[0].pid as $parent | .untraced_processes | length == 5 and
			all(.ppid == $parent and .path == "./waited" and .end > .start and .max_rss_bytes > 0)' x.json
	done
}

@test "nothing stays behind of who executed one but its trace" {
	traced bash -c './static; (exec ./static); exec ./static'
	run -0 find "$TRACES" -name '*.live*'
	assert_output ""
}

@test "where it can't be executed after all, the record goes on and survives a kill" {
	head -c 300 static >cut
	chmod +x cut
	local options
	for options in "" no-syscall-layer; do
		forget_traces
		# shellcheck disable=SC2016
		run -137 traced COPYTRACE_OPTIONS=$options bash -c 'shopt -s execfail; read -r line </etc/passwd
			exec ./cut; exec ./cut; read -r line </etc/passwd; kill -9 $$'
		read_region
		run -0 jq -c '.processes[] | [.exit.how, ([.by_object[] | select(.name == "/etc/passwd") | .returned_bytes > 0] | all)]' "$trace"
		assert_output '["killed",true]'
		run -0 jq '[.processes[].by_call[] | select(.layer == "library" and .name == "execve") | .errors] | add' "$trace"
		assert_output 2
		run -0 jq -c .untraced_processes "$trace"
		assert_output "[]"
		remove_regions
	done
}

@test "a child that executes one is a process of the trace until then, and a row from then on" {
	run -0 "$VIEWER" record -o x.json -- bash -c './static; (exec ./static); ./static & wait; exit 0'
	run -0 jq -c '[.untraced_processes[] | .exit] | unique' x.json
	assert_output '[{"how":"exit","status":0}]'
	run -0 jq -c '(.processes[0].pid) as $top | [.untraced_processes[] | .ppid == $top] ' x.json
	assert_output '[true,true,true]'
	run -0 jq -e '[.processes[] | select(.exit.how == "exec") | .pid] as $pids | .untraced_processes | all(.pid | IN($pids[]))' x.json
}

@test "one that nobody is told of is there, and its end unknown" {
	# shellcheck disable=SC2016
	run -0 "$VIEWER" record -o x.json -- perl -e '$SIG{CHLD} = "IGNORE"; fork or exec "./static"; wait'
	run -0 jq -c '.untraced_processes[] | [.path, .end, .exit.how, .user_ns, .max_rss_bytes]' x.json
	assert_output '["./static",null,"unknown",null,null]'
	run -0 "$VIEWER" report --by untraced x.json
	assert_line --index 2 --regexp ' - +- +- +- +- +unknown +./static$'
}

@test "one that executes a program which can be traced ends there" {
	cat >through.c <<-'END'
		#include <unistd.h>
		int main(void) { return execl("./dynamic", "dynamic", NULL); }
	END
	gcc -static -o through through.c
	run -0 "$VIEWER" record -o x.json -- sh -c './through; true'
	run -0 jq -c '.untraced_processes[] | .exit' x.json
	assert_output '{"how":"exec"}'
	run -0 jq -r '(.untraced_processes[0].pid) as $pid | .processes[] | select(.pid == $pid) | "\(.argv[0]) \(.image) \(.exit.how)"' x.json
	assert_output --partial "dynamic 1 exit"
}

@test "behind env, as a command or in a script's first line, it isn't refused, and is a row" {
	printf '#!/usr/bin/env %s\n' "$PWD/static" >script
	chmod +x script
	run -0 "$VIEWER" record -o command.json -- /usr/bin/env "$PWD/static"
	run -0 "$VIEWER" record -o script.json -- ./script
	run -0 jq -c '[.processes[].exit.how], [.untraced_processes[] | .path, .exit.how, .exit.status]' command.json script.json
	assert_output "$(for _ in 1 2; do printf '["exec"]\n["%s/static","exit",0]\n' "$PWD"; done)"
}

@test "the report of the tree lists them" {
	run -0 "$VIEWER" record -o x.json -- sh -c './static; ./dynamic; ./static'
	run -0 "$VIEWER" report x.json
	output=$(tr -s ' \n' ' ' <<<"$output")
	assert_output --partial "not traced: ./static $STATIC (executed 2 times)"
	refute_output --partial "not traced: ./dynamic"
}
