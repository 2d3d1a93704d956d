# dispatch_go.bats - exhaustive mode: Go programs, which make their own system calls.
load helpers/common

# Builds the Go program, with cgo or without.
build_go() {
	command -v go >/dev/null || skip "go is not installed"
	program=$PROGRAMS/dispatch_go.cgo$1
	[ "$program" -nt "$ROOT/tests/programs/dispatch_go.go" ] && return
	mkdir -p "$PROGRAMS"
	GOCACHE=${GOCACHE:-$BUILD/tests/go-cache} GOFLAGS=-mod=mod CGO_ENABLED=$1 \
		go build -o "$program" "$ROOT/tests/programs/dispatch_go.go"
}

wanted=$'10100000 -9\nchild\nthe end'

@test "a Go program that uses libc is seen to the byte, with its child, its goroutines and its end" {
	build_go 1
	run -3 "$program"
	assert_output "$wanted"
	run -3 traced COPYTRACE_OPTIONS=exhaustive "$program"
	assert_output "$wanted"
	run -0 "$ROOT/tests/helpers/seen" "$ROOT/tests/programs/dispatch_go.go" "$TRACES"
	assert_output ""
	run -0 ls "$TRACES"
	assert_equal "${#lines[@]}" 2
	assert_line --regexp '^copytrace\.dispatch_go\.cgo1\.[0-9]+\.json$'
	assert_line --regexp '^copytrace\.echo\.[0-9]+\.json$'
}

@test "without exhaustive mode its calls are not seen" {
	build_go 1
	run -3 traced "$program"
	run -0 "$VIEWER" report --json "$TRACES"/*dispatch_go*.live
	run -0 jq '[.processes[0].by_call[] | select(.layer == "syscall" and .name == "preadv")] | length' <<<"$output"
	assert_output 0
}

@test "a static Go program runs as ever, and leaves no trace but its child's" {
	build_go 0
	run -3 traced COPYTRACE_OPTIONS=exhaustive "$program"
	assert_output "$wanted"
	run -0 ls "$TRACES"
	assert_output --regexp '^copytrace\.echo\.[0-9]+\.json$'
}
