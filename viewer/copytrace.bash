# copytrace.bash - a helper for bats-core 1.8 and newer: runs commands under copytrace, and asserts what they copied.
#
#	load copytrace                               # where this file is copied or linked beside the tests
#	load /usr/local/share/copytrace/copytrace    # where `make install` puts it
#	bats_load_library copytrace                  # with /usr/local/lib/bats in BATS_LIB_PATH
#
#	@test "packing reads its input once" {
#		copytrace_run -0 ./pack data
#		assert_copies_at_most 17MiB
#		assert_copies_at_most 1MiB 'call(write)'
#		assert_no_more_than_before pack.json
#	}
#
# copytrace_run [OPTION...] [--] CMD...
#	Runs CMD under `copytrace record` as `run` would: it sets $status, $output and $lines. OPTIONs are those of
#	`run` first (-0, !, --separate-stderr, --keep-empty-lines), then those of `copytrace record` other than -o.
#	$copytrace_trace is the trace, a new one in $BATS_TEST_TMPDIR each time. Fails where there is none: what
#	can't be traced doesn't pass for what copies nothing. The tracer's notices aren't in $output. CMD is a
#	program: a function of the test file runs in a shell of its own, after `export -f NAME`: bash -c NAME.
#
# The assertions are about the latest trace, or about another: copytrace_trace=FILE assert_copies_at_most 0
#
# assert_copies_at_most LIMIT [SCOPE]
#	copied_bytes is at most LIMIT, such as 64KiB: in total, or of a SCOPE such as 'call(read)', 'kind(tcp)' or
#	'process(gzip).call(write)'.
#
# assert_no_more_than_before [--slack SLACK] BASELINE [COLUMN...]
#	Nothing has grown since the trace BASELINE was taken, a file named from where the test file is, to be kept
#	with it. COLUMN is one as `copytrace check` has it, with or without a scope: crossings,
#	'call(read).zero_filled_bytes'. SLACK is what each may grow by, such as 5% or 64KiB. By default the bytes
#	copied to user, from user and in the kernel may grow by 1 %, and crossings by 10 %, as much as threads and
#	pipes may make two runs of one program differ; without SLACK, a COLUMN that is named may not grow.
#	Where there is no BASELINE it fails. COPYTRACE_BASELINE=write in the environment makes those that aren't
#	there, COPYTRACE_BASELINE=rewrite makes all anew. A trace names paths and arguments; record's option
#	--redact hash keeps them out of it: copytrace_run --redact hash -- CMD.
#
# assert_trace EXPR...
#	What `copytrace check` takes: assert_trace 'call(read).calls < 1000' 'memory.peak_backed_bytes < 1GiB'
#
# COPYTRACE in the environment names the viewer, say build/copytrace; otherwise it is looked for in PATH.

copytrace_trace=${copytrace_trace-}
COPYTRACE=${COPYTRACE:-copytrace}
[[ $COPYTRACE == /* || $COPYTRACE != */* ]] || COPYTRACE=$PWD/$COPYTRACE
COPYTRACE_BASELINE=${COPYTRACE_BASELINE-}
bats_require_minimum_version 1.5.0

copytrace_run() {
	local flags=() failed=0 number=1 directory=${BATS_TEST_TMPDIR:-${BATS_FILE_TMPDIR-}}
	while [[ ${1-} == '!' || ${1-} == -[0-9]* || ${1-} == --separate-stderr || ${1-} == --keep-empty-lines ]]; do
		flags+=("$1")
		shift
	done
	# A number that was given away in a subshell isn't known here.
	while copytrace_trace=$directory/copytrace.$number.json && [[ -e $copytrace_trace ]]; do
		number=$((number + 1))
	done
	_copytrace_has_viewer || return
	unset stderr
	run "${flags[@]}" "$COPYTRACE" record --option quiet -o "$copytrace_trace" "$@" || failed=$?
	[[ -s $copytrace_trace ]] || {
		printf 'command  : %s\nstatus   : %s\n' "$*" "$status"
		printf '%s\n' "$output" "${stderr-}" | sed '/^$/d'
	} | _copytrace_fail "the command left no trace" || return
	return "$failed"
}

assert_copies_at_most() {
	_copytrace_check "more is copied than the limit" '' "${2:+$2.}copied_bytes <= ${1-}"
}

assert_trace() {
	_copytrace_check "the trace isn't as asserted" '' "$@"
}

assert_no_more_than_before() {
	local slack='' baseline column expressions=()
	if [[ ${1-} == --slack && $# -gt 1 ]]; then
		slack=${2#+}
		shift 2
	fi
	[[ -n ${1-} ]] || {
		echo "usage: assert_no_more_than_before [--slack SLACK] BASELINE [COLUMN...]"
	} | _copytrace_fail "no baseline is named" || return
	baseline=$1
	shift
	[[ $baseline == /* ]] || baseline=$BATS_TEST_DIRNAME/$baseline
	_copytrace_has_trace && _copytrace_has_baseline "$baseline" || return
	for column; do
		expressions+=("diff($baseline).$column <= +${slack:-0}")
	done
	[[ $# -gt 0 ]] || expressions=(
		"diff($baseline).to_user_bytes <= +${slack:-1%}"
		"diff($baseline).from_user_bytes <= +${slack:-1%}"
		"diff($baseline).in_kernel_bytes <= +${slack:-1%}"
		"diff($baseline).crossings <= +${slack:-10%}"
	)
	_copytrace_check "more than before" "$baseline" "${expressions[@]}"
}

# ---- What the functions above are made of.

# Fails with a title, and with what stands behind it on stdin.
_copytrace_fail() {
	{
		printf '\n-- %s --\n' "$1"
		cat
		printf '%s\n\n' --
	} >&2
	return 1
}

_copytrace_has_viewer() {
	[[ -n $(type -P "$COPYTRACE") ]] || {
		echo "$COPYTRACE isn't there: install copytrace, or let COPYTRACE name it"
	} | _copytrace_fail "no copytrace"
}

_copytrace_has_trace() {
	_copytrace_has_viewer || return
	[[ -n $copytrace_trace ]] || {
		echo "copytrace_run CMD makes one, copytrace_trace=FILE names one"
	} | _copytrace_fail "no trace"
}

# Tests run side by side may have one baseline: none of them sees a part of it.
_copytrace_write_baseline() {
	local new=$1.$BASHPID
	mkdir -p "${1%/*}" && cat "$copytrace_trace" >"$new" && mv -f "$new" "$1" || return
	echo "# copytrace: wrote the baseline $1" >&3
}

_copytrace_has_baseline() {
	case $COPYTRACE_BASELINE in
	'' | write | rewrite) ;;
	*) echo "COPYTRACE_BASELINE is write or rewrite, and not '$COPYTRACE_BASELINE'" |
		_copytrace_fail "no such way with baselines" || return ;;
	esac
	if [[ $COPYTRACE_BASELINE == rewrite || ($COPYTRACE_BASELINE == write && ! -e $1) ]]; then
		_copytrace_write_baseline "$1"
		return
	fi
	[[ -e $1 ]] || {
		printf "%s isn't there; COPYTRACE_BASELINE=write bats %q makes it\n" "$1" "$BATS_TEST_FILENAME"
	} | _copytrace_fail "no baseline"
}

# What moved most in the latest trace, or what changed since a baseline.
_copytrace_movers() {
	if [[ -n $1 ]]; then
		"$COPYTRACE" diff --color never --by call --limit 3 "$1" "$copytrace_trace"
	else
		"$COPYTRACE" report --color never "$copytrace_trace" |
			sed -n '/^Largest movers/,/^$/p; /^What would avoid/,/^$/p'
	fi | sed '/^$/d'
}

# What check said of each expression, apart from the expression and without the baseline's path.
_copytrace_explain() {
	local baseline=$1 found=$2 line expression
	shift 2
	while IFS= read -r line; do
		line=${line#copytrace: check failed: }
		for expression; do
			[[ $line == "$expression: "* ]] || continue
			printf 'asserted : %s\n' "${expression#"diff($baseline)."}"
			line="found    : ${line#"$expression: "}"
			break
		done
		printf '%s\n' "$line"
	done <<<"$found"
}

# _copytrace_check TITLE BASELINE EXPR... - what doesn't hold is told under the title, with the largest movers.
_copytrace_check() {
	local title=$1 baseline=$2 found code=0
	shift 2
	_copytrace_has_trace || return
	found=$("$COPYTRACE" check "$copytrace_trace" "$@" 2>&1) || code=$?
	if [[ $code -eq 0 ]]; then
		# A name that isn't in the trace copies nothing, and may be misspelt.
		[[ -z $found ]] || sed 's/^/# /' <<<"$found" >&3
		return 0
	fi
	[[ $code -eq 1 ]] || title="it can't be checked"
	{
		_copytrace_explain "$baseline" "$found" "$@"
		[[ -z $baseline ]] || printf 'baseline : %s (COPYTRACE_BASELINE=rewrite takes a new one)\n' "$baseline"
		printf 'trace    : %s (bats --no-tempdir-cleanup keeps it)\n' "$copytrace_trace"
		[[ $code -ne 1 ]] || _copytrace_movers "$baseline"
	} | _copytrace_fail "$title"
}
