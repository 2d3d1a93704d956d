# layering.bats - holds what may include what, and that each file says what it is.
load helpers/common

# Prints each quoted or preload-relative include of a tree as "FILE INCLUDED".
includes() {
	(cd "$1" && grep -rHoE --include='*.[chS]' --include='*.def' '^#[[:space:]]*include[[:space:]]+"[^"]+"' . |
		sed -E 's|^\./([^:]+):.*"([^"]+)"|\1 \2|')
}

# Complains of each include in a preload tree that leads up the floors or out of them.
upward_includes() {
	local floors="abi shared copies region span memory syscall sites wrap life"
	includes "$1" | awk -v floors="$floors" '
		BEGIN { n = split(floors, name, " "); for (i = 1; i <= n; i++) level[name[i]] = i }
		{
			split($1, from, "/"); split($2, to, "/")
			target = $2 ~ /\// ? to[1] : from[1]
			if (!(from[1] in level)) print $1 " is on no floor"
			else if (!(target in level)) print $1 " includes " $2 ", which is on no floor"
			else if (level[target] > level[from[1]]) print $1 " includes " $2 ", a floor above"
		}'
}

# Complains of each include in a viewer tree that is neither its own nor of a shared floor.
foreign_includes() {
	includes "$1" | awk '$2 ~ /\// && $2 !~ /^(shared|abi)\// { print $1 " includes " $2 }'
}

# Complains of each source in a tree that doesn't open with a comment that names it.
unintroduced() {
	find "$1" -name '*.[chS]' -o -name '*.def' | while read -r file; do
		head -n 2 "$file" | tr '\n' ' ' | grep -qE "^/\*[ *]*$(basename "$file" | sed 's/\./\\./g') - [^ ]" ||
			echo "$file does not open with a comment: its name, a dash, and what it is"
	done
}

# Complains of each source in a tree that is longer than 500 lines; a table may be.
overlong() {
	find "$1" -name '*.[chS]' -exec wc -l {} + | awk '$2 != "total" && $1 > 500 { print $2 " has " $1 " lines" }'
}

# Complains of each line of tests of which bats can't see that it fails: in a list with && but for its end, behind !,
# and in a substitution where a variable is declared.
unseen() {
	grep -HnE '^[[:space:]]*((assert|refute)[a-z_]* .*&& |\[\[? .* \]\]? && (\[|assert|refute)|! |local [a-z_]+=\$\([^(])' "$@" |
		grep -vE ' \|\| |&&$'
}

@test "a floor of preload includes only from itself and from below" {
	run -0 upward_includes "$ROOT/preload"
	assert_output ""
}

@test "the viewer includes only its own headers and what both sides share" {
	run -0 foreign_includes "$ROOT/viewer"
	assert_output ""
}

@test "every source says what it is in its first line" {
	run -0 unintroduced "$ROOT/preload"
	assert_output ""
	run -0 unintroduced "$ROOT/viewer"
	assert_output ""
}

@test "no source is longer than 500 lines" {
	run -0 overlong "$ROOT/preload"
	assert_output ""
	run -0 overlong "$ROOT/viewer"
	assert_output ""
}

@test "the top level has its seven names, and nothing else but dotfiles" {
	git -C "$ROOT" rev-parse 2>/dev/null || skip "this isn't a checkout, and may have anything beside it"
	run -0 bash -c 'git -C "$1" ls-files | cut -d/ -f1 | grep -v "^\." | LC_ALL=C sort -u' bash "$ROOT"
	assert_output "$(printf '%s\n' LICENSE Makefile README.md examples preload tests viewer)"
}

@test "no test asserts anything where bats doesn't see it fail" {
	run -1 unseen "$ROOT"/tests/*.bats
	assert_output ""
}

@test "the checks of the layout find what they look for" {
	local tree=$BATS_TEST_TMPDIR/tree
	mkdir -p "$tree/abi" "$tree/span"
	printf '/* low.h - low. */\n#include "span/high.h"\n' >"$tree/abi/low.h"
	printf '/*\n * high.h - high.\n */\n#include "abi/low.h"\n#include "viewer/model.h"\n' >"$tree/span/high.h"
	printf 'int nothing;\n' >"$tree/span/mute.c"
	yes '' | head -n 501 >"$tree/abi/long.c"
	run -0 upward_includes "$tree"
	assert_line "abi/low.h includes span/high.h, a floor above"
	assert_line "span/high.h includes viewer/model.h, which is on no floor"
	assert_equal "${#lines[@]}" 2
	run -0 foreign_includes "$tree"
	assert_line "abi/low.h includes span/high.h"
	refute_line --partial "abi/low.h includes abi/"
	run -0 unintroduced "$tree"
	assert_line --partial "mute.c does not open"
	refute_line --partial "high.h"
	run -0 overlong "$tree"
	assert_output --partial "long.c has 501 lines"
	printf '\t%s\n' 'assert [ -e a ] && assert [ -e b ]' '[ -e a ] && [ -e b ]' '! grep a b' 'local a=$(false)' >"$tree/seldom.bats"
	printf '\t%s\n' '[ -e a ] && [ -e b ] || fail' '! grep a b || false' 'local a=$((1 + 1))' '[ -e a ] && return' >>"$tree/seldom.bats"
	run -0 unseen "$tree/seldom.bats"
	assert_equal "${#lines[@]}" 4
}
