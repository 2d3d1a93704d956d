# table.bats - holds the table of calls against the world: what libc has and what we export.
load helpers/common

TABLE=preload/shared/calls.def

setup() {
	libc=$(ldd "$(command -v bash)" | awk '$1 == "libc.so.6" { print $3 }')
}

# Prints the names of a table's rows of the given kinds, sorted.
names() {
	sed -nE "s/^($2)\(([A-Za-z0-9_]+)[,)].*/\2/p" "$1" | LC_ALL=C sort -u
}
WRAPPED='CALL|CHARACTER_IN|CHARACTER_OUT|SPECIAL|FOLLOWED|ALIAS'

# Prints the dynamic symbols that a library defines, as "NAME VERSION ADDRESS TYPE"; VERSION ends a private one in PRIVATE.
symbols() {
	nm -D --defined-only --with-symbol-versions "$1" | awk '{
		split($3, part, /@+/)
		print part[1], (part[2] == "" ? "-" : part[2]), $1, $2, ($3 ~ /@@/ || $3 !~ /@/ ? "default" : "old")
	}'
}

# Prints the names of functions that a library offers to programs linked today.
offered() {
	symbols "$1" | awk '$2 !~ /PRIVATE/ && $5 == "default" && $4 ~ /[TWi]/ { print $1 }' | LC_ALL=C sort -u
}

# Of copies inside the process, another library's; what both libraries have between them is in neither kind.
COPIES='COPY|COPY_ALIAS'
BETWEEN='copytrace_copied|copytrace_copies'

# Prints what a library exports and a table does not wrap by rows of the given kinds, and the other way round.
exported_otherwise() {
	[ -e "$1" ] || return
	LC_ALL=C comm -3 --output-delimiter=' ' \
		<(names "$2" "$3") <(symbols "$1" | awk '$4 != "A" { print $1 }' | grep -vxE "$BETWEEN" | LC_ALL=C sort -u) |
		sed 's/^ /exported, not in the table: /; t; s/^/in the table, not exported: /'
}

# Prints the names of a table that a libc doesn't have, in any version.
unknown_to() {
	LC_ALL=C comm -23 <(names "$2" "$WRAPPED|$COPIES|LEFT_OUT") <(symbols "$1" | awk '{ print $1 }' | LC_ALL=C sort -u)
}

# Prints "SIBLING (NAME)" for each other spelling of a table's names that a libc offers and the table leaves unsaid.
unsaid_siblings() {
	names "$2" "$WRAPPED|$COPIES|LEFT_OUT" | awk '{
		n = $1
		bare = n; sub(/^_+/, "", bare); sub(/_chk$/, "", bare); sub(/(64)?(v2)?$/, "", bare)
		for (i = split(n " " bare, base, " "); i > 0; i--) {
			b = base[i]
			for (j = split(b "64 __" b " __" b "64 __" b "_chk __" b "64_chk __" b "_2 __" b "64_2 " \
				b "_unlocked __" b "_unlocked __" b "_unlocked_chk " b "v2 " b "64v2 " b "_chk " \
				"_IO_" b " _" b " __libc_" b " __isoc99_" b " __isoc23_" b, s, " "); j > 0; j--)
				print s[j], n
		}
	}' | LC_ALL=C sort -u -k1,1 | LC_ALL=C join - <(offered "$1") |
		LC_ALL=C join -v1 - <(names "$2" "$WRAPPED|$COPIES|LEFT_OUT") | sed 's/ \(.*\)/ (\1)/'
}

# Prints "ALIAS (NAME)" for each function that a libc offers at the address of a wrapped one and the table leaves unsaid.
unsaid_aliases() {
	symbols "$1" | awk '$2 !~ /PRIVATE/ && $4 ~ /[TWi]/ { print $1, $3, $5 }' | LC_ALL=C sort -u >"$BATS_TEST_TMPDIR/offered"
	names "$2" "$WRAPPED|$COPIES" | LC_ALL=C join - "$BATS_TEST_TMPDIR/offered" >"$BATS_TEST_TMPDIR/wrapped"
	awk 'NR == FNR { if ($3 == "default") name[$2] = $1; next }
		$2 in name && $3 == "default" { print $1, name[$2] }' "$BATS_TEST_TMPDIR/wrapped" "$BATS_TEST_TMPDIR/offered" |
		LC_ALL=C sort -u | LC_ALL=C join -v1 - <(names "$2" "$WRAPPED|$COPIES|LEFT_OUT") | sed 's/ \(.*\)/ (\1)/'
}

# Makes a copy of the table without the row of a symbol, and sets `table` to it.
without() {
	table=$BATS_TEST_TMPDIR/without-$1.def
	grep -vE "^[A-Z_]+\($1," "$ROOT/$TABLE" >"$table"
	run -1 cmp -s "$table" "$ROOT/$TABLE"
}

@test "what is exported is what the table wraps, no more and no less" {
	run -0 exported_otherwise "$LIBRARY" "$ROOT/$TABLE" "$WRAPPED"
	assert_output ""
	without recvmmsg
	run -0 exported_otherwise "$LIBRARY" "$table" "$WRAPPED"
	assert_output "exported, not in the table: recvmmsg"
	echo 'CALL(shmctl, shmctl, SYS)' >>"$table"
	run -0 exported_otherwise "$LIBRARY" "$table" "$WRAPPED"
	assert_line "in the table, not exported: shmctl"
}

@test "the library of copies exports what the table has of them, and each library a name for the other" {
	run -0 exported_otherwise "$COPIES_LIBRARY" "$ROOT/$TABLE" "$COPIES"
	assert_output ""
	without wcsncat
	run -0 exported_otherwise "$COPIES_LIBRARY" "$table" "$COPIES"
	assert_output "exported, not in the table: wcsncat"
	run -0 bash -c "nm -D --defined-only '$LIBRARY' '$COPIES_LIBRARY' | grep -oE ' ($BETWEEN)$' | tr -d '\n'"
	assert_output " copytrace_copied copytrace_copies"
}

# Since glibc 2.38.
LATER='^(__)?(strl|wcsl)(cpy|cat)(_chk)?$'

@test "every name of the table is one of libc's" {
	run -0 bash -c 'grep -vE "$1" || true' - "$LATER" < <(unknown_to "$libc" "$ROOT/$TABLE")
	assert_output ""
	without read
	echo 'LEFT_OUT(reed, "a slip of the pen")' >>"$table"
	run -0 unknown_to "$libc" "$table"
	assert_line reed
}

twice() {
	sed -nE "s/^($WRAPPED|LEFT_OUT|$COPIES)\(([A-Za-z0-9_]+).*/\2/p" "$1" | sort | uniq -d
}

@test "no name stands in the table twice" {
	run -0 twice "$ROOT/$TABLE"
	assert_output ""
	{ cat "$ROOT/$TABLE" && grep '^ALIAS(pread64,' "$ROOT/$TABLE"; } >"$BATS_TEST_TMPDIR/more.def"
	run -0 twice "$BATS_TEST_TMPDIR/more.def"
	assert_output pread64
}

# Prints what a table's aliases are of that isn't wrapped.
astray() {
	LC_ALL=C comm -13 <(names "$1" 'CALL|CHARACTER_IN|CHARACTER_OUT|SPECIAL') \
		<(sed -nE 's/^ALIAS\(\w+, (\w+)\).*/\1/p' "$1" | LC_ALL=C sort -u)
}

@test "an alias is an alias of a name that is wrapped" {
	run -0 astray "$ROOT/$TABLE"
	assert_output ""
	without pread
	run -0 astray "$table"
	assert_output pread
}

@test "every spelling that libc has of a name in the table is wrapped, or left out with a reason" {
	run -0 unsaid_siblings "$libc" "$ROOT/$TABLE"
	assert_output ""
}

@test "every other name at the address of a wrapped function is wrapped, or left out with a reason" {
	run -0 unsaid_aliases "$libc" "$ROOT/$TABLE"
	assert_output ""
}

@test "the checks of the spellings find one that is missing" {
	for name in __stpncpy_chk pread64 __read_chk fwrite_unlocked preadv64v2 _IO_fopen __open64_2; do
		without "$name"
		run -0 unsaid_siblings "$libc" "$table"
		assert_line --regexp "^$name \\("
	done
	for name in __send __dup2 getc __strdup; do
		without "$name"
		run -0 unsaid_aliases "$libc" "$table"
		assert_line --regexp "^$name \\("
	done
}

@test "what is left out says why" {
	local unexplained='^(LEFT_OUT|FOLLOWED)\([A-Za-z0-9_]+, *"?.{0,4}"?\)'
	run -1 grep -nE "$unexplained" "$ROOT/$TABLE"
	run -0 grep -cE '^LEFT_OUT\([A-Za-z0-9_]+, *".{5,}"\)' "$ROOT/$TABLE"
	run -0 grep -E "$unexplained" <<<'LEFT_OUT(shmctl, "")'
}

@test "the shared object needs nothing but libc" {
	run -0 readelf -d "$LIBRARY"
	refute_line --regexp '\(NEEDED\).*\[(.*unwind|.*jansson|libgcc|libstdc)'
	assert_line --regexp '\(NEEDED\).*\[libc\.so'
	assert_equal "$(grep NEEDED <<<"$output" | grep -vcE '\[(libc|libdl|ld-linux-x86-64)\.so')" 0
}
