# readme.bats - what the README at the top shows is what is printed, and what it says one can type works.
load helpers/common

setup_file() {
	make -s -C "$ROOT" examples BUILD="$BUILD" >&2
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export LD_LIBRARY_PATH=$BUILD PATH=$BUILD:$PATH
	unset LC_ALL
	export LANG=C.UTF-8
}

# Serves the working directory on a free port, and sets `port`.
serve() {
	"$PYTHON" - <<-'END' >port 2>/dev/null 3>&- &
		import functools, http.server, signal
		signal.alarm(120)
		quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
		server = http.server.HTTPServer(("127.0.0.1", 0), quiet)
		print(server.server_port, flush=True)
		server.serve_forever()
	END
	server=$! port=''
	for _ in {1..100}; do
		[ ! -s port ] || read -r port <port && [ -n "$port" ] && return
		sleep 0.1
	done
	echo "no server" && return 1
}
teardown() {
	[ -z "${server:-}" ] || kill "$server"
	remove_regions
}

# The README up to a title, with another port in its place, and the kind that files have here.
shown() {
	sed "/^## $1/,\$d; s/18765/$port/g; s/ regular / $(disk_kind) /" "$ROOT/README.md" >README.md
}

@test "what the README shows is printed" {
	needs_sampled_faults
	seq 200000 >numbers
	cp -r "$BUILD"/examples/{02-file-to-file,12-one-library}/* .
	serve
	shown "Trees of processes"
	"$ROOT/tests/helpers/transcript" README.md .
}

# The lines of the block that begins with a text.
block() {
	awk -v first="    $1" 'index($0, first) == 1 { inside = 1 } inside && !/^    / { exit } inside' "$ROOT/README.md"
}

@test "the way of the first five minutes ends with a change that is proved" {
	cp "$BUILD"/examples/02-file-to-file/read_write app
	head -c 1M /dev/zero >data
	block 'copytrace record -o before.json -- ./app' | sed 's|\./app|& data copy|' >way
	sed -i 's|.*build it$|cp "$BUILD/examples/02-file-to-file/sendfile" app|' way
	run -0 env BUILD="$BUILD" bash -eu way
	assert_line "What this trace doesn't explain"
	assert_line --regexp "^ +copied_bytes +2.00 MiB +1.00 MiB +-1.00 MiB +-50.0 %$"
	LD_PRELOAD=libcopytrace.so ./app data copy
	run -0 ls copytrace.app.*.json
}

@test "the test that the README shows runs once its baseline is made" {
	cp "$BUILD/examples/02-file-to-file/sendfile" .
	printf '#!/bin/sh\nexec ./sendfile "$1" copy\n' >pack
	chmod +x pack
	head -c 16M /dev/zero >data
	block 'load /usr/local' | sed "s|/usr/local/share/copytrace|$ROOT/viewer|" >pack.bats
	run -1 bats pack.bats
	assert_line --partial "COPYTRACE_BASELINE=write bats"
	run -0 env COPYTRACE_BASELINE=write bats pack.bats
	run -0 bats pack.bats
	run -0 env COPYTRACE=copytrace bats pack.bats
}

@test "the demo ends with the change that the README tells of" {
	run -0 "$ROOT/tests/demo" "$BUILD"
	assert_line --regexp "^ +copied_bytes +28.4 MiB +14.2 MiB +-14.2 MiB +-50.0 %$"
	assert_line holds
}

@test "a region takes as much memory as the README says" {
	local command
	grep -q "a small program uses 64 to 80 KiB of it" "$ROOT/README.md"
	for command in /bin/true "cat /etc/hostname" "sort /etc/hostname" "ls /" "seq 10"; do
		# shellcheck disable=SC2086
		traced COPYTRACE_OPTIONS=keep-region $command >/dev/null
	done
	run -0 du -kL "$TRACES"/*.live
	assert_equal "${#lines[@]}" 5
	for line in "${lines[@]}"; do
		[[ ${line%%	*} -ge 64 && ${line%%	*} -le 80 ]] || { echo "$line" && return 1; }
	done
}

@test "every link of the READMEs leads somewhere" {
	local readme link broken=() links=0
	for readme in "$ROOT"/README.md "$ROOT"/examples/README.md "$ROOT"/examples/*/README.md; do
		while IFS= read -r link; do
			links=$((links + 1))
			[ -e "$(dirname "$readme")/$link" ] || broken+=("$readme: $link")
		done < <(grep -oE '\]\([^)]+\)' "$readme" | sed -E 's/^..//; s/\)$//; s/#.*//' | grep -v '^https\?:')
	done
	run -0 printf '%s\n' "${broken[@]}"
	assert_output ""
	assert [ "$links" -ge 20 ]
}
