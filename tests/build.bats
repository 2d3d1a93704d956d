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

# Stands for the package manager: all is installed but what is named, and apt fails as often as is asked.
package_manager() {
	bin=$BATS_TEST_TMPDIR/bin
	mkdir "$bin"
	printf '#!/bin/sh\ncase " %s " in *" $4 "*) ;; *) echo installed ;; esac\n' "$1" >"$bin/dpkg-query"
	cat >"$bin/apt-get" <<-END
		#!/bin/sh
		echo "\$*" >>"$bin/asked"
		echo "apt: \$*"
		[ "\$(wc -l <"$bin/asked")" -gt $2 ]
	END
	printf '#!/bin/sh\nexec "$@"\n' >"$bin/sudo"
	chmod +x "$bin"/*
}

@test "setup has nothing to do where all is installed, and says so by silence" {
	package_manager "" 0
	run -0 env PATH="$bin:$PATH" "$ROOT/tests/setup"
	assert_output ""
	[ ! -e "$bin/asked" ]
}

@test "setup installs only what is missing, and for a demo only what building needs" {
	package_manager "jq gcc bats" 0
	run -0 env PATH="$bin:$PATH" "$ROOT/tests/setup"
	assert_output "setup: installing gcc bats jq"
	run -0 env PATH="$bin:$PATH" "$ROOT/tests/setup" build
	assert_output "setup: installing gcc"
	run -0 cat "$bin/asked"
	assert_output - <<-'END'
		install -y --no-install-recommends gcc bats jq
		install -y --no-install-recommends gcc
	END
	unset MAKEFLAGS
	local goal
	for goal in demo all install; do
		run -0 make -n -C "$ROOT" setup $goal BUILD="$BATS_TEST_TMPDIR/none"
		assert_line "tests/setup build"
	done
	for goal in test "demo test" ""; do
		# shellcheck disable=SC2086
		run -0 make -n -C "$ROOT" setup $goal BUILD="$BATS_TEST_TMPDIR/none"
		assert_line --regexp "^tests/setup *$"
	done
}

@test "setup asks for the lists of packages where they are missing, and shows what apt said where that is in vain" {
	package_manager jq 1
	run -0 env PATH="$bin:$PATH" "$ROOT/tests/setup"
	assert_output "setup: installing jq"
	run -0 sed -n 2p "$bin/asked"
	assert_output update
	rm -r "$bin"
	package_manager jq 9
	run -1 env PATH="$bin:$PATH" "$ROOT/tests/setup"
	assert_line "apt: install -y --no-install-recommends jq"
}

@test "make says one line for each file, V=1 the commands, and -s nothing" {
	unset MAKEFLAGS
	local build=$BATS_TEST_TMPDIR/build
	run -0 make -C "$ROOT" --no-print-directory BUILD="$build" "$build/viewer/viewer/main.c.o"
	assert_output "$(printf '  CC\tviewer/main.c')"
	touch -d yesterday "$build/viewer/viewer/main.c.o"
	run -0 make -C "$ROOT" --no-print-directory BUILD="$build" V=1 "$build/viewer/viewer/main.c.o"
	assert_output --partial " -c -o $build/viewer/viewer/main.c.o viewer/main.c"
	touch -d yesterday "$build/viewer/viewer/main.c.o"
	run -0 make -s -C "$ROOT" --no-print-directory BUILD="$build" "$build/viewer/viewer/main.c.o"
	assert_output ""
}
