# common.bash - loaded by every bats file: where things are, how a program is built, traced and compared.
bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert

ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
BUILD=${BUILD:-$ROOT/build}
LIBRARY=$BUILD/libcopytrace.so
COPIES_LIBRARY=$BUILD/libcopytrace_copies.so
VIEWER=$BUILD/copytrace
PROGRAMS=$BUILD/tests
PYTHON=/usr/bin/python3

# A program of ours must not be told what the person who runs the tests had set, nor read other files for it.
unset "${!COPYTRACE_@}" LD_PRELOAD "${!LC_@}" LANGUAGE
export LANG=C.UTF-8

# Builds tests/programs/NAME.c (or .cpp) unless that has been done, and sets `program` to its path.
# A line "BUILD: FLAGS" in the source adds to the compiler's flags; "BUILD: $CC" can't be changed so.
build_program() {
	local name=$1 source=$ROOT/tests/programs/$1.c compiler=gcc flags header
	[ -e "$source" ] || { source=${source%.c}.cpp compiler=g++; }
	program=$PROGRAMS/$name
	[ -x "$program" ] && [ "$program" -nt "$source" ] &&
		[ "$program" -nt "$ROOT/tests/programs/must.h" ] && return
	flags=$(sed -n 's/^ \* BUILD: *//p' "$source")
	mkdir -p "$PROGRAMS"
	# Tests run side by side, so a half-written program must never be seen.
	# shellcheck disable=SC2086
	"$compiler" -O1 -g -Wall -Werror -D_GNU_SOURCE -o "$program.$$.$BATS_TEST_NUMBER" "$source" $flags -pthread &&
		mv "$program.$$.$BATS_TEST_NUMBER" "$program"
}

# For root only: lets another user get at the test's own directory, and at the library, the viewer and the program, by
# copies there where they are out of its reach. That they are in root's home is as good as anywhere.
let_others_in() {
	local name
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/test "$BATS_TEST_TMPDIR"
	for name in LIBRARY VIEWER program; do
		[ -n "${!name:-}" ] || continue
		setpriv --reuid 65534 --clear-groups test -r "${!name}" || {
			cp -n "${!name}" "$BATS_TEST_TMPDIR/"
			printf -v "$name" %s "$BATS_TEST_TMPDIR/$(basename "${!name}")"
		}
	done
}

# Where traces go, one directory a test.
TRACES=${BATS_TEST_TMPDIR:-}/traces
traces_directory() {
	mkdir -p "$TRACES"
}

# A killed program's region is kept in memory, behind a link; nobody else would ever remove it. A link
# that a test made itself may lead to anything, and that stays.
remove_regions() {
	find "$BATS_TEST_TMPDIR" -type l -name '*.live' -lname '/dev/shm/copytrace-*' ! -lname '/dev/shm/*/*' \
		-exec readlink -z {} + | xargs -0 -r rm -f
}
teardown() {
	remove_regions
}

# For another run in the same test.
forget_traces() {
	remove_regions
	rm -rf "$TRACES"
	traces_directory
}

# Fails where nothing was traced since the traces were forgotten: a program that nobody looks at does what it does alone.
was_traced() {
	compgen -G "$TRACES/*" >/dev/null || {
		echo "nothing was traced"
		return 1
	} >&2
}

# Runs a command with the tracer preloaded, and with any VARIABLE=VALUE given before it; it must leave something.
traced() {
	local status=0
	traces_directory
	env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" "$@" || status=$?
	was_traced && return "$status"
}

# Compares traces with expectations; see helpers/expect.
expect() {
	"$PYTHON" "$ROOT/tests/helpers/expect" --calls "$ROOT/preload/shared/calls.def" "$@"
}

# The one trace in $TRACES; fails where there is none or more.
only_trace() {
	local found=("$TRACES"/*.json)
	[ ${#found[@]} -eq 1 ] && [ -e "${found[0]}" ] || {
		echo "expected one trace in $TRACES:" && ls -la "$TRACES"
		return 1
	} >&2
	trace=${found[0]}
}

# same_json FILTER ONE OTHER - what a filter makes of two files is the same, and neither nothing nor null.
same_json() {
	local made=$BATS_TEST_TMPDIR/made
	jq -eS "$1" "$2" >"$made.one" && jq -eS "$1" "$3" >"$made.other" && diff "$made.one" "$made.other"
}

# declared LEAST SED-SCRIPT FILE - has what the script prints of a table in the array `names`, and there must be so many.
declared() {
	mapfile -t names < <(sed -nE "$2" "$3")
	[ "${#names[@]}" -ge "$1" ] || {
		echo "only ${#names[@]} names in $3"
		return 1
	}
}

# What stat says of the file system that a test's own directory is on, as a kind of the ledger.
disk_kind() {
	case $(stat -f -c %T "$BATS_TEST_TMPDIR") in
	tmpfs) echo tmpfs ;;
	*) echo regular ;;
	esac
}

# A directory on tmpfs, removed by cleanup_memory (call that in teardown).
memory_directory() {
	MEMORY=$(mktemp -d /dev/shm/copytrace-test.XXXXXX)
}
cleanup_memory() {
	[ -z "${MEMORY:-}" ] || rm -rf "$MEMORY"
}

# ledger NAME [ARGUMENT...] - runs tests/programs/NAME traced, quietly and well, and compares its traces
# with the lines EXPECT of its source and of what it prints. DEFINE=(NAME=VALUE...) fills in $NAME there.
# STATUS is how it should exit, ENVIRONMENT=(NAME=VALUE...) adds to its environment.
ledger() {
	local name=$1
	shift
	build_program "$name"
	traces_directory
	local wanted=${STATUS:-0} output=$BATS_TEST_TMPDIR/output errors=$BATS_TEST_TMPDIR/errors status=0
	(cd "$BATS_TEST_TMPDIR" && exec env LD_PRELOAD="$LIBRARY" COPYTRACE_DIR="$TRACES" \
		"${ENVIRONMENT[@]}" "$program" "$@") >"$output" 2>"$errors" 3>&- || status=$?
	cat "$errors"
	[ "$status" -eq "$wanted" ] || { echo "$name ended with $status"; return 1; }
	[ ! -s "$errors" ] || { echo "$name wrote to stderr"; return 1; }
	local source=$ROOT/tests/programs/$name.c definitions=()
	[ -e "$source" ] || source=${source%.c}.cpp
	local define
	for define in "${DEFINE[@]}" "DIR=$BATS_TEST_TMPDIR" "PROGRAM=$program"; do
		definitions+=(--define "$define")
	done
	expect "${definitions[@]}" --source "$source" --source "$output" "$TRACES"
}

# agrees_with_strace NAME [ARGUMENT...] - runs tests/programs/NAME under strace, untraced, and again traced,
# and compares the calls, errors and bytes of every system call that moves any.
agrees_with_strace() {
	local name=$1 work
	work=$(mktemp -d "$BATS_TEST_TMPDIR/strace-XXXXXX")
	shift
	build_program "$name"
	# Names of one length, for what getcwd returns.
	mkdir -p "$work/strace" "$work/traced" "$work/traces"
	(cd "$work/strace" && strace -f -s 0 -o "$work/log" "$program" "$@") >/dev/null 2>"$work/errors" || {
		cat "$work/errors"
		return 1
	}
	(cd "$work/traced" && LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$work/traces "$program" "$@") >/dev/null || return
	"$PYTHON" "$ROOT/tests/helpers/strace_sums" --calls "$ROOT/preload/shared/calls.def" "$work/log" "$work/traces"
}

# Whether libc has arc4random (since 2.36) and gets random bytes by a system call (not by the vDSO, as since 2.41).
random_by_system_call() {
	local version
	version=$(getconf GNU_LIBC_VERSION)
	version=${version#* 2.}
	[ "$version" -ge 36 ] && [ "$version" -lt 41 ]
}

# Runs a command with no descriptor open but 0, 1 and 2; bats and make hold some.
with_three_descriptors() (
	for fd in /proc/"$BASHPID"/fd/*; do
		fd=${fd##*/}
		[ "$fd" -le 2 ] || [ "$fd" -eq 255 ] || eval "exec $fd>&-"
	done 2>/dev/null
	exec "$@"
)

# The live region that a killed program left in $TRACES, as JSON in $trace.
read_region() {
	local found=("$TRACES"/*.live)
	[ ${#found[@]} -eq 1 ] && [ -e "${found[0]}" ] || {
		echo "expected one live region in $TRACES:" && ls -la "$TRACES"
		return 1
	} >&2
	region=${found[0]}
	trace=$BATS_TEST_TMPDIR/region.json
	"$VIEWER" report --json "$region" >"$trace"
}

# From here on the viewer runs as one for whom permissions count, which they don't for root.
viewer_without_privileges() {
	[ "$(id -u)" -eq 0 ] || return 0
	local script=$BATS_TEST_TMPDIR/viewer
	printf '#!/bin/sh\nexec setpriv --bounding-set=-dac_override,-dac_read_search -- "%s" "$@"\n' "$VIEWER" >"$script"
	chmod +x "$script"
	VIEWER=$script
}

# Skips the test where the kernel lets page faults be counted only.
needs_sampled_faults() {
	local probe=$BATS_TEST_TMPDIR/faults.json status=0
	"$VIEWER" record -f -o "$probe" -- true 2>/dev/null
	# That it isn't known is 1; a probe that can't be read at all fails.
	"$VIEWER" check --print "$probe" 'reason(zero_fill).minor_faults' >/dev/null 2>&1 || status=$?
	[ "$status" -ne 1 ] || skip "page faults are counted here, and not sampled"
	return "$status"
}

# Skips the test where the kernel has no Syscall User Dispatch; asked of it, and not of the tracer.
needs_dispatch() {
	# PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF
	"$PYTHON" -c 'import ctypes, sys; sys.exit(ctypes.CDLL(None).prctl(59, 0, 0, 0, 0) != 0)' ||
		skip "the kernel has no Syscall User Dispatch"
}

# Makes traces of fixtures/viewer/build as NAME.json.
made() {
	"$PYTHON" "$ROOT/tests/fixtures/viewer/build" --files "$@"
}
