# audit_loader.bats - the bytes that the loader read before the tracer's constructor, held against strace.
load helpers/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	command -v strace >/dev/null || skip "strace is not installed"
	strace -e trace=none true 2>/dev/null || skip "strace may not trace"
}

# Runs a command under strace and the tracer at once; each program that it executed must have the same bytes.
agrees() {
	traces_directory
	rm -f "$TRACES"/*
	strace -f -o log -e trace=read,pread64,openat,close,execve,execveat -E LD_PRELOAD="$LIBRARY" \
		-E COPYTRACE_DIR="$TRACES" -- "$@" >/dev/null 2>errors </dev/null 3>&- || { cat errors; return 1; }
	"$PYTHON" "$ROOT/tests/helpers/strace_loader" "$LIBRARY" log | sort >by_strace
	# A forked process that executes counts its images from 1, strace's from 0.
	jq -r '.processes[] | select(.forked | not) | [.pid, .image, .audit.loader_bytes] | @tsv' "$TRACES"/*.json |
		sort -n -k1 -k2 | awk '{ print $1, n[$1]++, $3 }' | sort >by_copytrace
	[ -s by_strace ]
	run -0 diff by_strace by_copytrace
}

programs() {
	echo 'int main(void) { return 0; }' >empty.c
	gcc -o pie -pie -fPIE empty.c && gcc -o fixed -no-pie empty.c && gcc -o linked empty.c -Wl,--no-as-needed -lm -lz
	printf '#!%s\nignored\n' "$PWD/pie" >script
	printf '#! %s -x\n' "$PWD/script" >nested
	chmod +x script nested
}

@test "programs: position-independent, fixed, with more libraries" {
	programs
	for program in ./pie ./fixed ./linked; do
		agrees "$program"
	done
}

@test "the libraries are really told apart" {
	programs
	agrees ./pie
	local few
	few=$(cut -d ' ' -f 3 by_copytrace)
	agrees ./linked
	[ "$(cut -d ' ' -f 3 by_copytrace)" -gt "$few" ]
}

@test "scripts, and scripts of scripts" {
	programs
	agrees ./script
	agrees ./nested
	agrees bash -c './nested; exec ./script'
}

@test "a chain of execs in one process" {
	programs
	agrees bash -c 'exec sh -c "exec cat /etc/passwd"'
	agrees sh -c 'exec ./pie'
	assert_equal "$(wc -l <by_copytrace)" 2
}

@test "execs after much was read, after children, and after execs that failed" {
	programs
	printf 'neither a program nor a script\n' >text
	chmod +x text
	agrees "$PYTHON" -c '
import os, subprocess, sys
open("/dev/zero", "rb", buffering=0).read(300000)
subprocess.run(["cat", "/etc/passwd"])
try:
    os.execv("./text", ["text"])
except OSError:
    pass
os.execv("./nested", ["nested"])'
}

@test "children by fork, vfork and posix_spawn, through a shell and with an empty environment" {
	programs
	agrees "$PYTHON" -c '
import os, subprocess
subprocess.run(["./pie"])
subprocess.run("./fixed; ./script", shell=True)
subprocess.run(["./linked"], env={})
os.waitpid(os.posix_spawn("./pie", ["pie"], {}), 0)
if os.fork() == 0:
    os.execv("./pie", ["pie"])
os.wait()'
	[ "$(wc -l <by_copytrace)" -ge 7 ]
}

@test "a loader that is run by its name" {
	programs
	local loader
	loader=$(ldd ./pie | awk '/ld-linux/ { print $1 }')
	agrees "$loader" ./pie
}

@test "the tracer's own library is read in one piece" {
	# The loader reads 832 bytes, and goes back for program headers and notes that lie behind them.
	local kind offset bytes rest headers
	readelf -lW "$LIBRARY" >segments
	headers=$(sed -n 's/^There are \([0-9]*\) program headers.*/\1/p' segments)
	[ $((64 + 56 * headers)) -le 832 ]
	while read -r kind offset _ _ bytes rest; do
		[ "$kind" != NOTE ] || [ $((offset + bytes)) -le 832 ]
	done <segments
}
