# viewer_region.bats - the live region is read as a trace: of a killed process, of a running one, and a damaged one.
load helpers/common

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	remove_regions
}

# A region that a killed shell left, in killed.live; it has read a line byte by byte.
killed_region() {
	mkdir -p left
	LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$PWD/left sh -c 'read -r line </etc/passwd; kill -9 $$' || true
	local found=(left/*.live)
	[ -e "${found[0]}" ] || return
	cp --sparse=always -L "${found[0]}" killed.live
}

# Overwrites bytes, given in hexadecimal, at an offset of a copy of the region.
damage() {
	cp --sparse=always killed.live damaged.live
	printf '%b' "$(sed 's/../\\x&/g' <<<"$2")" | dd of=damaged.live bs=1 seek="$1" conv=notrunc status=none
}

refused() {
	run -2 timeout 10 "$VIEWER" report "$1"
	assert_equal "${#lines[@]}" 1
	assert_output --regexp "^copytrace: $1: "
	assert_output --partial "$2"
}

@test "the region of a killed process is a trace like any other" {
	killed_region
	run -0 "$VIEWER" report killed.live
	assert_line --index 1 --partial "killed"
	assert_line --regexp " read +1:[0-9]+"
	"$VIEWER" report --json killed.live >killed.json
	run -0 "$ROOT/tests/validate" killed.json
	"$VIEWER" diff killed.live killed.json >/dev/null
	"$VIEWER" check killed.live 'call(read).calls > 10'
}

@test "a region is known by what is in it, not by its name" {
	killed_region
	mv killed.live killed.json
	run -0 "$VIEWER" report killed.json
	assert_line --index 1 --partial "killed"
}

@test "the region of a running process says that it runs" {
	mkdir left
	LD_PRELOAD=$LIBRARY COPYTRACE_DIR=$PWD/left sleep 30 3>&- &
	local pid=$! region
	# It is there before all is in it.
	for _ in {1..100}; do
		sleep 0.05
		region=$(compgen -G "left/*.live") || continue
		run "$VIEWER" report "$region"
		[ "${lines[0]}" != "sleep 30" ] || break
	done
	kill "$pid"
	assert_success
	assert_line --index 1 --partial "still running"
}

@test "a region cut off is refused" {
	killed_region
	local n
	for n in 8 9 100 1000 1500 4096; do
		head -c "$n" killed.live >cut.live
		refused cut.live "byte offset"
	done
}

@test "a region of another layout or of other tables is refused" {
	killed_region
	damage 8 ff
	refused damaged.live "another version"
	damage 16 0000
	refused damaged.live "other tables"
}

@test "a region that claims another size than it can have is refused" {
	killed_region
	local size
	for size in ffffffffffffff7f ffffffffffffffff 0000000000000000 0100000000000000 0000000400010000; do
		damage 32 "$size"
		refused damaged.live "byte offset 32"
	done
}

@test "a region of 64 MiB is read no further than it was used" {
	killed_region
	truncate -s 100G killed.live
	run -0 timeout 10 "$VIEWER" report killed.live
}

@test "a region that is made to take long is read in bounded time" {
	killed_region
	gcc -D_GNU_SOURCE -I"$ROOT/preload" -o inflate "$ROOT/tests/programs/inflate.c"
	./inflate killed.live inflated.live
	run timeout 60 "$VIEWER" report inflated.live
	refute [ "$status" -eq 124 ]
	assert [ "$status" -le 2 ]
}
