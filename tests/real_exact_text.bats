# Programs that work on text give exactly the ledger that strace sees, and behave as they do alone.
load helpers/common
load real/helpers

@test "sort" {
	exact sort text -o sorted
}

@test "sort, with threads" {
	exact bash -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do cat text; done >more
		sort --parallel=2 -S 20M more | md5sum; rm more'
}

@test "sort, by way of temporary files" {
	exact bash -c 'sort -T . -S 100k text | md5sum'
}

@test "head, tail, wc" {
	exact bash -c 'head -n 5 text; head -c 1000 noise | wc -c; tail -n 3 text; tail -c 70000 noise | md5sum; wc text noise'
}

@test "cut, uniq, tr, od" {
	exact bash -c 'cut -d" " -f2 text | sort | uniq -c; tr a-z A-Z <text | md5sum; od -A d -t x1 noise | tail -n 2'
}

@test "paste, comm, tac, nl, fold" {
	exact bash -c 'paste numbers.csv text | md5sum; sort text >a; sort -u text >b; comm -3 a b | wc -l
		tac text | nl | fold -w 30 | md5sum'
}

@test "sed" {
	exact bash -c 'sed -n "s/kernel/core/p" text | md5sum; sed -i "s/byte/octet/g" text'
}

@test "mawk" {
	need mawk
	exact mawk '{ n += NF; words[$1]++ } END { print n, words["the"] }' text
}

@test "gawk" {
	need gawk
	exact gawk '{ n += NF; print $2 >"column" } END { print n; while (("wc -l <column" | getline line) > 0) print line }' text
}

@test "grep" {
	exact bash -c 'grep -c kernel text; grep -r reference tree | wc -l; grep -rl every . --include="file*" | wc -l'
}

@test "diff and patch" {
	need patch
	exact bash -c 'sed "s/kernel/core/" text >changed; diff -u text changed >patch; patch -s text patch && cmp text changed
		rm patch; diff -r tree tree'
}

@test "jq" {
	need jq
	exact bash -c 'jq -R -s "split(\"\n\") | map(split(\",\")) | length" numbers.csv; jq -R length text | md5sum'
}

@test "bc, and a shell that reads line by line" {
	need bc
	exact bash -c 'n=0; while read -r line && [ $n -lt 200 ]; do n=$((n + ${#line})); done <text; echo "$n * 2" | bc'
}
