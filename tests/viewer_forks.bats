# viewer_forks.bats - who copied and who reused what forks left shared, by the records of all who shared it.
load helpers/common

# The traces of a story (tests/fixtures/viewer/forks) on standard input, merged in merged.json.
merge() {
	rm -rf "$BATS_TEST_TMPDIR/story" && mkdir "$BATS_TEST_TMPDIR/story"
	"$PYTHON" "$ROOT/tests/fixtures/viewer/forks" "$BATS_TEST_TMPDIR/story" || return
	"$VIEWER" report --json "$BATS_TEST_TMPDIR"/story/*.json >"$BATS_TEST_TMPDIR/merged.json"
}

# outcome PID LEAST MOST REUSED - the pages that it copied at least and at most, and that it reused.
outcome() {
	run -0 jq -c --argjson pid "$1" '[.processes[] | select(.pid == $pid and .image == 0) | .faults.forks[]] |
		[map(.copied_bytes_least / 4096), map(.copied_bytes_most / 4096), map(.reused_pages)] | map(add)' \
		"$BATS_TEST_TMPDIR/merged.json"
	assert_output "[$2,$3,$4]"
}

why() {
	run -0 jq -r --argjson pid "$1" '.processes[] | select(.pid == $pid) | .faults.forks[] | .why // empty' \
		"$BATS_TEST_TMPDIR/merged.json"
	assert_output --partial "$2"
}

@test "who writes to a page first copies it, and who comes second reuses it" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 8000
		process 101 begun 1100 ended 7000
		wrote 101 50..59 from 2000 to 2100 since 1000
		wrote 100 50..59 from 3000 to 3100 since 1000
	END
	outcome 101 10 10 0
	outcome 100 0 0 10
}

@test "what was reused is in no sum of what was copied" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 8000
		process 101 begun 1100 ended 7000
		wrote 101 50..59 from 2000 to 2100 since 1000
		wrote 100 50..69 from 3000 to 3100 since 1000
	END
	outcome 100 10 10 10
	run -0 jq -c '(.processes[] | select(.pid == 100) | .totals.cow_bytes, .faults.rows[0].cow_bytes,
		.faults.rows[0].reused_pages, .memory.mappings[0].cow_bytes), .totals.cow_bytes' "$BATS_TEST_TMPDIR/merged.json"
	assert_output "$(printf '%s\n' 40960 40960 10 40960 81920)"
}

@test "of what one does to a page the first counts, whatever it does to it later" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 8000
		process 101 begun 1100 ended 7000
		wrote 101 50..59 from 2000 to 2100 since 1000
		left 101 50..59 from 5000 to 5100 since 1000
		wrote 100 50..59 from 3000 to 3100 since 1000
	END
	outcome 101 10 10 0
	outcome 100 0 0 10
}

@test "runs that overlap in part are judged page by page" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 8000
		process 101 begun 1100 ended 7000
		wrote 101 10..14 from 2000 to 2100 since 1000
		wrote 101 18..30 from 4000 to 4100 since 1000
		wrote 100 12..19 from 3000 to 3100 since 1000
	END
	outcome 100 5 5 3
	outcome 101 16 16 2
}

@test "writes at the same time leave an interval on both sides" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 8000
		process 101 begun 1100 ended 7000
		wrote 101 10..19 from 2000 to 2600 since 1000
		wrote 100 10..19 from 2500 to 3100 since 1000
	END
	outcome 100 0 10 0
	outcome 101 0 10 0
	why 100 "at about the same time"
	why 101 "at about the same time"
}

@test "so do writes within the time that a fault may take" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 8000
		process 101 begun 1100 ended 7000
		wrote 101 10..10 from 2000 to 2000 since 1000
		wrote 100 10..10 from 2015 to 2015 since 1000
		wrote 101 20..20 from 3000 to 3000 since 1000
		wrote 100 20..20 from 3025 to 3025 since 1000
	END
	outcome 100 0 1 1
	outcome 101 1 2 0
}

@test "a process shares nothing after its end, and perhaps something until it was waited for" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 5000
		process 101 begun 1100 ended 4000
		wrote 100 10..10 from 3000 to 3001 since 1000
		wrote 100 20..21 from 4500 to 4501 since 1000
		wrote 100 22..22 from 5000 to 5001 since 1000
		wrote 100 30..32 from 5001 to 5002 since 1000
		fork 100 102 at 1200 reaped 1300
		process 102 begun 1210 ended 1220
	END
	outcome 100 1 4 3
}

@test "a process that was killed shares until the last that is known of it, and perhaps after" {
	local last
	for last in 'fork 101 102 at 5000' 'wrote 101 80..80 from 4900 to 5000 since 1000'; do
		merge <<-END
			process 100 begun 0 ended 9000
			fork 100 101 at 1000 reaped 8000
			process 101 begun 1100
			$last
			wrote 100 10..19 from 4000 to 4001 since 1000
			wrote 100 30..39 from 6000 to 6001 since 1000
		END
		outcome 100 10 20 0
	done
}

@test "an exec gives up what was shared" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000
		process 101 begun 1100 ended 2000
		process 101 image 1 begun 2500 ended 8500
		wrote 100 10..10 from 1500 to 1501 since 1000
		wrote 100 20..21 from 2200 to 2201 since 1000
		wrote 100 30..32 from 3000 to 3001 since 1000
	END
	outcome 100 1 3 3
}

@test "who unmaps a page or finds itself alone with it doesn't share it" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 8000
		process 101 begun 1100 ended 7000
		alone 101 10..19 from 1000 to 1150 since 1000
		left 101 20..29 from 2000 to 2000 since 1000
		wrote 100 10..14 from 1100 to 1101 since 1000
		wrote 100 15..19 from 1500 to 1501 since 1000
		wrote 100 20..24 from 1600 to 1601 since 1000
		wrote 100 25..29 from 3000 to 3001 since 1000
	END
	outcome 100 5 10 10
}

@test "a grandchild shares what was left by both" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 4000
		process 101 begun 1100 ended 3000
		wrote 101 10..14 from 1500 to 1501 since 1000
		fork 101 102 at 2000
		process 102 begun 2100 ended 8000
		wrote 100 10..19 from 5000 to 5001 since 1000
		wrote 102 10..19 from 6000 to 6001 since 1000
	END
	outcome 100 5 5 5
	outcome 102 0 0 10
}

@test "a grandchild that was forked while its parent wrote may have had the page or not" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 8500
		process 101 begun 1100 ended 8000
		wrote 101 50..59 from 2000 to 3000 since 1000
		fork 101 102 at 2500 reaped 7500
		process 102 begun 2600 ended 7000
		wrote 100 50..59 from 4000 to 4100 since 1000
	END
	outcome 100 0 10 0
	outcome 101 10 10 0
}

@test "of two children that were forked one after the other both share, and a page between them only the second" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 8500
		process 101 begun 1100 ended 8000
		fork 100 102 at 2000 reaped 4000
		process 102 begun 2100 ended 3500
		wrote 102 10..10 from 2500 to 2501 since 1000
		wrote 102 20..20 from 2500 to 2501 since 2000
		wrote 100 10..10 from 5000 to 5001 since 1000
		wrote 100 20..20 from 5000 to 5001 since 2000
		wrote 101 10..10 from 6000 to 6001 since 1000
	END
	outcome 102 2 2 0
	outcome 100 1 1 1
	outcome 101 0 0 1
}

@test "a child without a record leaves an interval, for it may have had children" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 2000
		wrote 100 10..19 from 3000 to 3001 since 1000
	END
	outcome 100 0 10 0
	why 100 "left no record"
}

@test "pages that were shared since a fork too long ago leave an interval" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 2000
		process 101 begun 1100 ended 1900
		wrote 100 10..19 from 3000 to 3001 since null
	END
	outcome 100 0 10 0
	why 100 "too long ago"
}

@test "of runs without room all are copied but those that the other side had a hand in" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 8000
		process 101 begun 1100 ended 7000
		wrote 101 120..124 from 2000 to 2001 since 1000
		wrote 101 900..924 from 2000 to 2001 since 1000
		folded 100 60 100..199 from 3000 to 6000
		folded 100 3 110..130 from 3000 to 6000
		folded 100 4 300..400 from 6500 to 7500
	END
	outcome 100 55 67 0
	why 100 "more runs of pages"
}

@test "of runs without room those of the other side may have been left where they lay, from then on" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 8000
		process 101 begun 1100 ended 7000
		folded 101 5 100..199 from 2000 to 3000
		wrote 100 50..59 from 4000 to 4100 since 1000
		wrote 100 150..159 from 4000 to 4100 since 1000
		wrote 100 300..309 from 4000 to 4100 since 1000
		folded 100 7 120..140 from 6000 to 6500
	END
	outcome 100 22 37 0
	outcome 101 5 5 0
}

@test "parts of huge pages are reused for certain only where nobody else is left" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 5000
		process 101 begun 1100 ended 4000
		wrote 101 512..767 from 2000 to 2100 since 1000 huge
		wrote 100 512..767 from 3000 to 3100 since 1000 huge
		wrote 100 1024..1279 from 6000 to 6100 since 1000 huge
	END
	outcome 101 256 256 0
	outcome 100 0 256 256
}

@test "a trace that was ordered stays as it is, and is ordered anew when more is known" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 8000
		process 101 begun 1100 ended 7000
		wrote 101 50..59 from 2000 to 2100 since 1000
		wrote 100 50..59 from 3000 to 3100 since 1000
	END
	cd "$BATS_TEST_TMPDIR"
	"$VIEWER" report --json merged.json >again.json
	run -0 diff merged.json again.json
	"$VIEWER" report --json story/100.0.json >one.json
	mv merged.json both.json && mv one.json merged.json
	outcome 100 0 10 0
	"$VIEWER" report --json merged.json story/101.0.json >more.json
	same_json .totals both.json more.json
	mv more.json merged.json
	outcome 100 0 0 10
}

@test "the report says what forks cost, what was copied, and what isn't known" {
	merge <<-END
		process 100 begun 0 ended 9000
		fork 100 101 at 1000 reaped 8000
		process 101 begun 1100 ended 7000
		wrote 101 10..19 from 2000 to 2600 since 1000
		wrote 100 10..19 from 2500 to 3100 since 1000
		wrote 100 50..69 from 3500 to 3600 since 1000
		fork 100 102 at 6000 reaped 6500
		process 102 begun 6010 ended 6400
		wrote 100 30..33 from 6600 to 6700 since 6000
	END
	run -0 "$VIEWER" report --by fork "$BATS_TEST_TMPDIR/merged.json"
	assert_line --regexp '^ +2 +10.0 us +1.00 MiB +80.0 KiB +120 KiB +16.0 KiB +100  ./copy a b$'
	assert_line --regexp '^ +0 +- +1.00 MiB +0 +40.0 KiB +0 +101  ./copy a b$'
	assert_line --partial "of 2 forks it is not known exactly: other processes wrote to the same pages"
}
