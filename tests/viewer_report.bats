# viewer_report.bats - what copytrace report prints of a trace: the lines that matter, the tables, JSON.
load helpers/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

report() {
	"$VIEWER" report "$@"
}

@test "the report opens with the command, its end and the bytes each way" {
	made copy
	run -0 report copy.json
	assert_line --index 0 "./copy a b"
	assert_line --index 1 --partial "pid 100, ran 10.0 ms, exited with 0"
	assert_line --regexp "^  to user +64.0 KiB  65,536 bytes, 50.0 % of 128 KiB copied$"
	assert_line --regexp "^  from user +64.0 KiB  65,536 bytes, 50.0 % of 128 KiB copied$"
	assert_line --regexp "^  crossings +4  in 4 calls, 0 errors; 32.0 KiB copied each"
	assert_line --regexp "^  time in calls +10.0 us  0.1 % of the run; of it 0 ns blocked$"
	assert_line --regexp "^  peak heap +5.08 KiB  12 allocations of 4.88 KiB in all, 10 frees$"
	assert_line --regexp "^  page faults +120  120 minor, 0 major"
	# Time of threads side by side has no share in that of the run.
	jq '.processes[0].coverage.threads = 2' copy.json >threads.json
	run -0 report threads.json
	assert_line --regexp "^  time in calls +10.0 us  of it 0 ns blocked$"
}

@test "kinds of movement that there are none of get no line" {
	made copy sendfile
	run -0 report copy.json
	refute_output --partial "by reference"
	refute_output --partial "zero-filled"
	run -0 report sendfile.json
	assert_line --regexp "^  by reference +64.0 KiB  65,536 bytes, moved without a copy$"
}

@test "MSG_ZEROCOPY that was a copy after all is advised against" {
	made copy
	jq '.processes[0].by_call += [("library", "syscall") as $layer | .processes[0].by_call[0] * {layer: $layer, name: "sendto", in_kernel_bytes: 65536}]' \
		copy.json >later.json
	run -0 report later.json
	assert_line "What would avoid some of it"
	assert_line --partial "MSG_ZEROCOPY saved no copy: the other end is on this machine, and the kernel copied 64.0 KiB"
	jq '.processes[0].by_call[-1].in_kernel_bytes = 0' later.json >none.json
	run -0 report none.json
	refute_output --partial "What would avoid some of it"
}

@test "the largest movers come with their share" {
	made tree
	run -0 report tree.json
	assert_line --regexp "^  81.8 %  8.79 KiB  read +copy\+0x40$"
	assert_line --regexp "^  90.9 %  9.77 KiB  regular  /tmp/a$"
}

@test "where nothing is copied, the movers are those by reference" {
	made sendfile
	run -0 report sendfile.json
	assert_output --partial "share of all bytes moved by reference"
	assert_line --regexp "^  100 %  64.0 KiB  sendfile  copy_loop < main$"
}

@test "what a call moved without returning bytes has a row" {
	made sendfile
	jq '(.. | objects | select(has("returned_bytes"))).returned_bytes = 0' sendfile.json >shared.json
	run -0 report --by call shared.json
	assert_line --index 0 "By library call, largest by_reference_bytes first"
	assert_line --index 2 --regexp "^ +64.0 KiB .* sendfile "
}

@test "the report says that system calls inside libc are not seen" {
	made copy layers
	run -0 report copy.json
	assert_output --partial "system calls inside libc (stdio ...) are not seen; see coverage"
	run -0 report layers.json
	refute_output --partial "are not seen"
}

@test "unattributed bytes are printed, each way and as a share" {
	made one_byte
	run -0 report one_byte.json
	assert_output --partial "unattributed: 4.00 KiB to user (50.0 % of the kernel's 8.00 KiB)"
	assert_output --partial "the loader read 3.16 KiB before the program started"
}

@test "counters that hold those of children, or are missing, are said to be" {
	made tree
	jq '.processes[0].audit += {"reaped_to_user": null, "reaped_from_user": null, "unattributed_to_user": 9000}' \
		tree.json >mixed.json
	run -0 report mixed.json
	assert_output --partial "for 1 of 3 records, unattributed bytes are not known"
	assert_output --partial "the kernel's own counters are missing for 1 of 3 records"
	run -0 report tree.json
	refute_output --partial "unattributed bytes are not known"
}

@test "a page of reads of one byte is plain to see" {
	made one_byte
	run -0 report --by call one_byte.json
	assert_line --regexp " 4,096 +4,096 +5.00 us  read   1:4,096$"
}

@test "of sizes those of most calls are named, and the others counted" {
	made copy
	jq '.processes[0].by_call[0].sizes = {"1": 2, "2": 3, "4": 4, "8": 5, "16": 1, "32": 1, "1024": 9}' copy.json >sizes.json
	run -0 report --by call sizes.json
	assert_line --regexp "  read   2:3 4:4 8:5 1K:9 other:4$"
}

@test "a table has the columns in which there is something" {
	made copy sendfile
	run -0 report --by object copy.json
	assert_line --regexp "^ +SHARE +TO USER  FROM USER  CALLS +TIME  KIND +OBJECT$"
	assert_line --regexp "^  50.0 %  64.0 KiB +0 +2  5.00 us  regular  /tmp/a$"
	run -0 report --by flow sendfile.json
	assert_line --regexp "^ +BY REF  CALLS +TIME  CALL +FROM +TO$"
	assert_line --regexp "^  64.0 KiB +1  3.00 us  sendfile  /tmp/a  tcp 127.0.0.1:80$"
}

@test "the layers have tables of their own" {
	made layers
	run -0 report --by call layers.json
	assert_line --partial "By library call"
	assert_line --regexp " fread$"
	assert_line --partial "By system call"
	assert_line --regexp " read$"
	refute_output --partial "200 %"
}

@test "a stack is printed innermost first, with names or offsets" {
	made copy tree
	run -0 report --by stack copy.json
	assert_line --index 1 --regexp "^   50.0 %  (read|write)  64.0 KiB"
	assert_line --index 2 --regexp "^           copy_loop  copy$"
	assert_line --index 3 --regexp "^           main       copy$"
	run -0 report --by stack tree.json
	assert_line "           copy+0x40"
}

@test "where there is no stack, the reason is in its place" {
	made one_byte
	run -0 report --by stack one_byte.json
	assert_line "           (stacks are off)"
}

@test "rows beyond the limit are counted, and --limit 0 shows them" {
	made many
	run -0 report --by object many.json
	assert_line "  (10 more rows, --limit 0 shows all)"
	refute_line --regexp "/tmp/file-10$"
	run -0 report --by object --limit 3 many.json
	assert_line "  (17 more rows, --limit 0 shows all)"
	run -0 report --by object --limit 0 many.json
	refute_output --partial "more row"
	assert_line --regexp "/tmp/file-1$"
}

@test "--limit 0 shows all frames of a stack" {
	made many
	run -0 report --by stack many.json
	assert_line "           (12 outer frames, --limit 0 shows all)"
	run -0 report --by stack --limit 0 many.json
	refute_output --partial "outer frame"
	assert_line --partial "function_20_19"
}

@test "--sort orders by any column" {
	made one_byte tree
	run -0 report --by call --sort returned_bytes one_byte.json
	assert_line --index 0 "By library call, largest returned_bytes first"
	run -0 report --by process --sort time_ns tree.json
	assert_line --index 0 --partial "largest time_ns first"
	run -0 report --by object --sort copied_bytes tree.json
	assert_success
}

@test "an unknown column, table or number is a usage error in one line" {
	made copy
	local option
	for option in --sort=bytes --by=cells --limit=-1 --limit=many --color=red --frobnicate; do
		run -2 report "$option" copy.json
		assert_equal "${#lines[@]}" 1
		assert_output --regexp "^copytrace: "
	done
}

@test "several processes have a table, and each says how it ended" {
	made tree
	run -0 report tree.json
	assert_line --partial "pid 100 and 2 more processes"
	assert_line --regexp " 101  exit 0   cat a$"
	assert_line --regexp " 102  SIGTERM  sleep 9$"
	assert_line --regexp "^  time in calls +15.0 us  of it 0 ns blocked$"
	# The first to start is the one that they come from, and it ends as the last program that it became.
	jq '.processes[1] |= (.pid = 100 | .exit.status = 3) | .processes |= reverse' tree.json >images.json
	run -0 report images.json
	assert_line --index 0 "sh -c 'cat a; sleep 9'"
	assert_line --index 1 --partial "pid 100 and 1 more process, ran 500 ms, exited with 3"
}

@test "--json is valid against the schema, for every trace" {
	local names name
	mapfile -t names < <("$PYTHON" "$ROOT/tests/fixtures/viewer/build")
	made "${names[@]}"
	for name in "${names[@]}"; do
		report --json "$name.json" >"$name.out"
	done
	report --json ./*.json >all.out 2>/dev/null
	run -0 "$ROOT/tests/validate" ./*.json ./*.out
	assert_output ""
}

@test "processes that could not be traced have a table of their own, with what their parents were told" {
	made tree
	run -0 report --by untraced tree.json
	assert_line --index 0 "Processes that could not be traced, in order of their start"
	assert_line --index 1 --regexp '^ +PID +PARENT +WALL +USER +SYSTEM +MAX RSS +FAULTS +END +PROGRAM$'
	assert_line --index 2 --regexp '^ +103 +100 +250 ms +1.00 ms +2.00 ms +1.00 MiB +91 +SIGABRT, core dumped +/opt/static$'
	jq '.untraced_processes[0] += {"end": null, "exit": {"how": "unknown"}, "user_ns": null}
		| .processes[0].children = []' tree.json >unknown.json
	run -0 report --by untraced unknown.json
	assert_line --index 2 --regexp '^ +103 +100 +- +- +2.00 ms +1.00 MiB +91 +unknown +/opt/static$'
}

@test "a process that could not be traced ends as its parent was told, and before its number is another's" {
	made tree
	local of_parent='1.00 ms +2.00 ms +1.00 MiB +91'
	jq '.untraced_processes[0] += {"end": null, "exit": {"how": "unknown"}, "user_ns": null, "system_ns": null,
		"max_rss_bytes": null, "minor_faults": null, "major_faults": null}
		| .untraced_processes += [.untraced_processes[0] | .pid = 99 | .start -= 0.1]' tree.json >left.json
	run -0 report --by untraced left.json
	assert_line --index 2 --regexp '^ +99 +100 +- +- +- +- +- +unknown '
	assert_line --index 3 --regexp "^ +103 +100 +250 ms +$of_parent +SIGABRT, core dumped "
	# It executed another program, as which it ended.
	jq '.processes[1] += {"pid": 103, "start": 1763706000.3}' left.json >exec.json
	run -0 report --by untraced exec.json
	assert_line --index 3 --regexp "^ +103 +100 +25.0 ms +$of_parent +exec "
	# That ended unseen, and another process got its number.
	jq '.processes[2] += {"pid": 103, "start": 1763706000.4, "forked": true}' exec.json >again.json
	run -0 report --by untraced again.json
	assert_line --index 3 --regexp '^ +103 +100 +25.0 ms +- +- +- +- +exec '
	jq '.processes[1].forked = true' exec.json >forked.json
	run -0 report --by untraced forked.json
	assert_line --index 3 --regexp '^ +103 +100 +- +- +- +- +- +unknown '
}

@test "how a process ended that was killed is known from the one that waited for it" {
	made tree
	jq '.processes[2].exit = {"how": "killed"} | .processes[2].end = null' tree.json >killed.json
	run -0 jq -c '.processes[2] | .exit, .end' <(report --json killed.json)
	assert_line --index 0 '{"how":"signal","signal":15}'
	assert_line --index 1 --regexp '^1763706000\.42'
	jq '.processes[0].children[0].exit = {"how": "exit", "status": 3} | .processes[2].exit.how = "running"' killed.json >exited.json
	run -0 jq -c '.processes[2] | .exit, .end' <(report --json exited.json)
	assert_line --index 0 '{"how":"_exit","status":3}'
	assert_line --index 1 --regexp '^1763706000\.42'
	jq '.processes[2].exit.how = "exec"' killed.json >exec.json
	run -0 jq -c '.processes[2].exit' <(report --json exec.json)
	assert_output '{"how":"exec"}'
	# It was about to leave.
	jq '.processes[2].exit = {"how": "_exit", "status": 0} | .processes[2].end = 1763706000.4' tree.json >about.json
	run -0 jq -c '.processes[2] | .exit' <(report --json about.json)
	assert_output '{"how":"signal","signal":15}'
	# Of the same number, and waited for before it began: another process.
	jq '.processes[0].children[0].end = 1763706000.2' killed.json >reused.json
	run -0 jq -c '.processes[2].exit' <(report --json reused.json)
	assert_output '{"how":"killed"}'
}

@test "--json keeps everything that was in the trace" {
	local name
	made tree memory
	for name in tree memory; do
		report --json "$name.json" >out.json
		# Who copied after a fork is found out anew.
		same_json 'del(.copytrace, .processes[].faults.forks)' "$name.json" out.json
	done
}

@test "a trace of a version that knew less is read, and nothing is made up" {
	made copy
	jq 'del(.. | .in_process_bytes?)' copy.json >old.json
	report --json old.json >out.json
	run -0 jq -c '.processes[0] | .totals.in_process_bytes, .faults.why, .faults.rows, (.faults | has("before_minor")),
		(.memory | has("reserved_bytes"), has("resizes"))' out.json
	assert_output "$(printf '%s\n' 0 '["page faults are counted for the process as a whole"]' '[]' false false false)"
}

@test "the schema refuses what is no trace" {
	made copy
	jq 'del(.totals.calls)' copy.json >a.json
	jq '.processes[0].by_call[0].surprise = 1' copy.json >b.json
	jq '.processes[0].exit.how = "eaten"' copy.json >c.json
	local file
	for file in a b c; do
		run -1 "$ROOT/tests/validate" "$file.json"
		assert_equal "${#lines[@]}" 1
	done
}

@test "without a FILE, the newest trace in the working directory is named and reported on" {
	made copy sendfile
	mv copy.json copytrace.copy.1.json
	mv sendfile.json copytrace.send.2.json
	touch -d "1 hour ago" copytrace.send.2.json
	run -0 --separate-stderr report
	assert_equal "$stderr" "copytrace: report of copytrace.copy.1.json"
	assert_line --index 0 "./copy a b"
}

@test "without a FILE and without a trace, that is said" {
	run -2 report
	assert_output "copytrace: no FILE given, and no copytrace.*.json in the working directory"
}

@test "nothing in a trace reaches the terminal as it is" {
	made hostile copy
	report hostile.json >out.txt
	"$VIEWER" diff copy.json hostile.json >>out.txt
	# No control character but the ends of lines, nothing that turns the text round or can't be seen.
	run -0 "$PYTHON" - out.txt <<-'END'
		import sys, unicodedata
		text = open(sys.argv[1], encoding="utf-8").read()
		print({hex(ord(c)) for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")})
	END
	assert_output "set()"
	run -0 cat out.txt
	assert_line --partial 'esc\x1b[31mred'
	assert_line --partial 'c1\xc2\x9b2J'
	assert_line --partial 'turn\xe2\x80\xaeback'
	assert_line --partial "fine-é-中"
}

@test "no line ends in blanks" {
	made copy many tree hostile
	report copy.json many.json tree.json hostile.json >out.txt
	assert [ -s out.txt ]
	run -1 grep -n ' $' out.txt
}

@test "colours are for terminals, unless NO_COLOR or --color says otherwise" {
	made copy
	on_terminal() { script -qec "$*" /dev/null </dev/null; }
	local escape=$'\e['
	run -0 report copy.json
	refute_output --partial "$escape"
	run -0 report --color=always copy.json
	assert_output --partial "$escape"
	TERM=xterm run -0 on_terminal "$VIEWER report copy.json"
	assert_output --partial "$escape"
	TERM=xterm NO_COLOR=1 run -0 on_terminal "$VIEWER report copy.json"
	refute_output --partial "$escape"
	TERM=xterm run -0 on_terminal "$VIEWER report --color=never copy.json"
	refute_output --partial "$escape"
}

@test "a full disk is an error and not silence" {
	made copy
	run -2 bash -c '"$1" report copy.json >/dev/full' - "$VIEWER"
	assert_output "copytrace: standard output can't be written"
	run -2 bash -c '"$1" report --json copy.json >/dev/full' - "$VIEWER"
	assert_output "copytrace: standard output can't be written"
}

@test "frames get functions and source lines from the program's debug information" {
	cat >reader.c <<-'END'
		#include <fcntl.h>
		#include <unistd.h>
		__attribute__((noinline)) static long fill(int fd)
		{
			char bytes[100];
			return read(fd, bytes, sizeof(bytes)) + bytes[0];
		}
		int main(void) { return fill(open("/etc/passwd", O_RDONLY)) == 0; }
	END
	gcc -g -O1 -Wl,--build-id -o reader reader.c
	"$VIEWER" record -o trace.json -- ./reader
	run -0 report --by stack trace.json
	assert_line --regexp "^           fill +reader.c:6$"
	assert_line --regexp "^           main +reader.c:8$"
	# Rebuilt, the file is another one: the lines in the trace are the ones of then.
	sed -i '1i\\n\n' reader.c
	gcc -g -O1 -Wl,--build-id -o reader reader.c
	run -0 report --by stack trace.json
	assert_line --regexp "^           fill +reader.c:6$"
}

@test "frames without names get those that the trace would have given them" {
	cat >reader.c <<-'END'
		#include <fcntl.h>
		#include <unistd.h>
		__attribute__((noinline)) long fill(int fd)
		{
			char bytes[100];
			return read(fd, bytes, sizeof(bytes)) + bytes[0];
		}
		static long filled(int fd) __attribute__((alias("fill"), used));
		long fill_all(int fd) __attribute__((alias("fill")));
		int main(void) { return fill(open("/etc/passwd", O_RDONLY)) == 0; }
	END
	gcc -g -O1 -Wl,--build-id -o reader reader.c
	"$VIEWER" record -o trace.json -- ./reader
	jq '.frames[] |= (.function = null | .function_offset = null)' trace.json >nameless.json
	run -0 report --by stack nameless.json
	assert_line --regexp "^           fill +reader.c:6$"
	report --json nameless.json | jq -c '[.frames[] | select(.module | endswith("/reader"))]' >found
	jq -c '[.frames[] | select(.module | endswith("/reader"))]' trace.json >given
	cat found && cmp found given
}

@test "C++ functions have the names that they have in the source" {
	made copy
	sed -i 's/copy_loop/_ZN3app6reader4fillERSt6vectorIcSaIcEEi/' copy.json
	run -0 report --by stack copy.json
	assert_line --partial "app::reader::fill(std::vector<char, std::allocator<char> >&, int)"
}

@test "of many processes there is a row for each program" {
	"$VIEWER" record -o "$BATS_TEST_TMPDIR/many.json" -- bash -c 'for i in {1..25}; do cat /etc/passwd; done' >/dev/null
	run -0 "$VIEWER" report --by process "$BATS_TEST_TMPDIR/many.json"
	assert_line --index 0 --partial "By program"
	assert_line --regexp " 25  .*/cat$"
}
