# build.bats - it builds with both compilers, installs where it should, and tells its targets.
load helpers/common

# Builds everything with a compiler in a directory of the test's own.
build_with() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
	run -0 make -C "$ROOT" -j2 all CC="$1" BUILD="$BATS_TEST_TMPDIR/build"
	refute_output --partial warning:
	[ -e "$BATS_TEST_TMPDIR/build/libcopytrace.so" ]
	[ -e "$BATS_TEST_TMPDIR/build/libcopytrace_copies.so" ]
	[ -x "$BATS_TEST_TMPDIR/build/copytrace" ]
	run -0 env LD_PRELOAD="$BATS_TEST_TMPDIR/build/libcopytrace.so" COPYTRACE_OUT="$BATS_TEST_TMPDIR/t.json" sort /etc/passwd
	assert_line --partial root
	[ -s "$BATS_TEST_TMPDIR/t.json" ]
}

@test "gcc builds it without a warning" {
	build_with gcc
}

@test "clang builds it without a warning" {
	build_with clang
}

# Prints what the layer below saw of a sort, by a library.
seen_by() {
	rm -f "$BATS_TEST_TMPDIR/t.json"
	LD_PRELOAD=$1 COPYTRACE_OUT=$BATS_TEST_TMPDIR/t.json sort -r /etc/services >"$BATS_TEST_TMPDIR/sorted"
	jq -c '.processes[0].by_call[] | select(.layer == "syscall") | [.name, .calls, .returned_bytes]' "$BATS_TEST_TMPDIR/t.json"
}

@test "a C library that was not searched when this was built is searched at the start, and found to be the same" {
	run -0 make -C "$ROOT" -j2 BUILD="$BATS_TEST_TMPDIR/build" C_LIBRARY= "$BATS_TEST_TMPDIR/build/libcopytrace.so"
	run -0 grep -c 'count = 0;' "$BATS_TEST_TMPDIR/build/known_sites.c"
	run -0 grep -cE 'count = [1-9]' "$BUILD/known_sites.c"
	known=$(seen_by "$LIBRARY")
	searched=$(seen_by "$BATS_TEST_TMPDIR/build/libcopytrace.so")
	[[ $known == *'["write",'* ]]
	assert_equal "$searched" "$known"
}

@test "a second make has nothing to do" {
	run -0 make -C "$ROOT" BUILD="$BUILD"
	run -0 make -C "$ROOT" BUILD="$BUILD"
	assert_output --regexp 'Nothing to be done|is up to date'
}

@test "install puts each file below DESTDIR, and uninstall removes them" {
	run -0 make -C "$ROOT" install DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/usr BUILD="$BUILD"
	run -0 bash -c "cd '$BATS_TEST_TMPDIR/root' && find . -type f | sort"
	assert_output - <<-'END'
		./usr/bin/copytrace
		./usr/lib/bats/copytrace/load.bash
		./usr/lib/libcopytrace.so
		./usr/lib/libcopytrace_copies.so
		./usr/share/copytrace/copytrace.bash
		./usr/share/copytrace/trace.schema.json
		./usr/share/man/man1/copytrace.1
	END
	run -0 make -C "$ROOT" uninstall DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/usr
	run -0 find "$BATS_TEST_TMPDIR/root" -type f
	assert_output ""
}

@test "make help lists every target that is meant for people" {
	run -0 make -C "$ROOT" help
	for target in all setup demo test bench sanitize lint install uninstall clean help; do
		assert_line --regexp "^  make $target +[a-z]"
	done
}

@test "the code is laid out and checked as lint demands" {
	command -v clang-format cppcheck >/dev/null || skip "clang-format or cppcheck is not installed"
	run -0 "$ROOT/tests/lint"
	assert_output --partial "nothing to complain about"
}

@test "setup has nothing to do where all is installed, and says so by silence" {
	local bin=$BATS_TEST_TMPDIR/bin
	mkdir "$bin"
	printf '#!/bin/sh\necho installed\n' >"$bin/dpkg-query"
	printf '#!/bin/sh\necho "apt was asked"\n' >"$bin/apt-get"
	chmod +x "$bin"/*
	run -0 env PATH="$bin:$PATH" "$ROOT/tests/setup"
	assert_output ""
}

@test "setup installs only what is missing" {
	local bin=$BATS_TEST_TMPDIR/bin
	mkdir "$bin"
	printf '#!/bin/sh\n[ "$4" = bats ] || [ "$4" = jq ] || echo installed\n' >"$bin/dpkg-query"
	printf '#!/bin/sh\necho "apt: $*"\n' >"$bin/apt-get"
	printf '#!/bin/sh\nexec "$@"\n' >"$bin/sudo"
	chmod +x "$bin"/*
	run -0 env PATH="$bin:$PATH" "$ROOT/tests/setup"
	assert_line --regexp '^apt: install -y --no-install-recommends bats jq$'
	refute_line "apt: update"
}
