# Databases, version control, the network and servers give exactly the ledger that strace sees, and behave as alone.
load helpers/common
load real/helpers

# Git's objects must not depend on when and by whom a test is run.
setup() {
	export GIT_AUTHOR_DATE='2020-01-01T00:00:00Z' GIT_COMMITTER_DATE='2020-01-01T00:00:00Z'
	export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
	export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
}

teardown() {
	stop_server
}

@test "sqlite3: import and query" {
	need sqlite3
	exact sqlite3 base.db 'create table t(id, n, word);' '.import --csv numbers.csv t' \
		'select word, count(*), sum(n) from t group by word;'
}

@test "sqlite3: many transactions, and a dump" {
	need sqlite3
	exact bash -c 'for i in 1 2 3 4 5; do echo "insert into t values($i, $i * 7);"; done |
		sqlite3 base.db "create table t(a, b);" ".read /dev/stdin" && sqlite3 base.db .dump | md5sum && rm base.db'
}

@test "git commit, log and status" {
	need git
	exact bash -c 'git init -q -b main . && git add text tree numbers.csv && git commit -q -m all &&
		git log --stat | tail -n 3 && git status --short && rm -rf .git'
}

@test "git clone and gc" {
	need git
	exact bash -c 'git init -q -b main a && cp -r tree text a && git -C a add . && git -C a commit -q -m one &&
		echo more >>a/text && git -C a commit -q -a -m two &&
		git clone -q --no-local a b && git -C b gc -q && git -C b log -p | md5sum && rm -rf a b'
}

@test "openssl" {
	need openssl
	exact bash -c 'openssl dgst -sha256 noise; openssl enc -aes-128-ctr -K 00 -iv 00 -in noise -out secret 2>/dev/null
		openssl rand 5000 | wc -c'
}

@test "ssh-keygen" {
	need ssh-keygen
	exact bash -c 'ssh-keygen -q -t ed25519 -N "" -f key && ssh-keygen -l -f key.pub | wc -w && rm key key.pub'
}

@test "curl, of a file" {
	need curl
	exact bash -c 'curl -s "file://$PWD/noise" | md5sum'
}

@test "curl, of a server" {
	need curl
	start_server
	exact curl -s "$URL"noise -o fetched
}

@test "python3 serves, python3 fetches" {
	getent hosts localhost >/dev/null || skip "localhost has no address here"
	exact "$PYTHON" -c '
import functools, http.server, threading, urllib.request
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
threading.Thread(target=server.serve_forever).start()
for name in "text", "noise", "numbers.csv":
    print(len(urllib.request.urlopen(f"http://localhost:{server.server_port}/{name}").read()))
server.shutdown()'
}

@test "nginx" {
	need nginx curl
	exact "$ROOT/tests/real/serve" noise text
}

@test "nginx under load" {
	need nginx curl
	exact "$ROOT/tests/real/serve" --times 8 noise text tree/file1
}

@test "redis under load" {
	need redis-server redis-benchmark
	exact "$ROOT/tests/real/serve_redis"
}
