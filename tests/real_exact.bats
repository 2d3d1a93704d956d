# Real programs give exactly the ledger that strace sees come through the wrappers, and behave as they do alone.
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

@test "cat to a file" {
	exact cat text noise
}

@test "cat in a pipe" {
	exact bash -c 'cat noise text | cat | wc -c'
}

@test "a program killed by SIGPIPE" {
	exact bash -c 'yes | head -c 300000 | wc -c'
}

@test "a FIFO" {
	exact bash -c 'mkfifo fifo; cat noise >fifo & cat fifo | md5sum; wait; rm fifo'
}

@test "dd" {
	exact dd if=noise of=copy bs=3000 status=none
}

@test "cp" {
	exact cp -r tree copy
}

@test "sort" {
	exact sort text -o sorted
}

@test "wc, head, awk, grep, sed, cut" {
	exact bash -c 'wc text; head -n 5 text; awk "{ n += NF } END { print n }" text
		grep -c kernel text; sed -n "s/kernel/core/p" text | cut -c 1-9 | md5sum'
}

@test "tar" {
	exact bash -c 'tar cf tree.tar tree && mkdir out && tar xf tree.tar -C out && rm tree.tar'
}

@test "gzip and back" {
	exact bash -c 'gzip -n text && gzip -dc text.gz | md5sum'
}

@test "tar to gzip" {
	exact bash -c 'tar cf - tree | gzip -n | wc -c'
}

@test "xz, with threads" {
	need xz
	exact bash -c 'xz -0 -T2 -k noise && xz -dc noise.xz | md5sum'
}

@test "openssl" {
	need openssl
	exact bash -c 'openssl dgst -sha256 noise; openssl enc -aes-128-ctr -K 00 -iv 00 -in noise -out secret 2>/dev/null'
}

@test "python3: files, a pipe, sockets" {
	exact "$PYTHON" -c '
import os, shutil, socket
shutil.copyfile("noise", "copy")
data = open("text", "rb").read()
a, b = socket.socketpair()
a.sendall(data[:50000])
a.sendmsg([data[:100], data[:200]])
a.close()
received = 0
while piece := b.recv(4096):
    received += len(piece)
r, w = os.pipe()
os.writev(w, [data[:10], data[10:100]])
fd = os.open("noise", os.O_RDONLY)
print(received, len(os.read(r, 1000)), len(os.pread(fd, 5000, 100)), os.listdir("tree/deep").__len__())'
}

@test "python3: threads" {
	exact "$PYTHON" -c '
import threading
def count(i):
    for _ in range(20):
        with open("noise", "rb", buffering=0) as f:
            while f.read(30000):
                pass
threads = [threading.Thread(target=count, args=(i,)) for i in range(4)]
for t in threads: t.start()
for t in threads: t.join()'
}

@test "python3: subprocess and multiprocessing" {
	exact "$PYTHON" -c '
import multiprocessing, subprocess
def size(name):
    return len(open(name, "rb").read())
print(subprocess.run(["cat", "text"], capture_output=True).stdout.count(b"\n"))
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(size, ["text", "noise", "numbers.csv"]))
    pool.close()
    pool.join()'
}

@test "perl" {
	exact perl -e 'open F, "<", "text"; while (<F>) { $n += length } print "$n\n";
		open G, ">", "out"; print G "x" x 100000; close G; print `cat numbers.csv | wc -l`'
}

@test "sqlite3" {
	need sqlite3
	exact sqlite3 base.db 'create table t(id, n, word);' '.import --csv numbers.csv t' \
		'select word, count(*), sum(n) from t group by word;'
}

@test "git" {
	need git
	exact bash -c 'git init -q -b main . && git add text tree numbers.csv && git commit -q -m all &&
		git log --stat | tail -n 3 && git status --short && rm -rf .git'
}

@test "gcc" {
	exact bash -c 'gcc -O2 -o program program.c && ./program && rm program'
}

@test "curl" {
	need curl
	start_server
	exact curl -s "$URL"noise -o fetched
}

@test "nginx" {
	need nginx curl
	exact "$ROOT/tests/real/serve" noise text
}

@test "make, two at a time" {
	printf 'all: a b c\n%%: text\n\tgrep -c $@ text >$@\n' >"$BATS_TEST_TMPDIR/makefile"
	exact make -s -j2 -f "$BATS_TEST_TMPDIR/makefile"
}

@test "node" {
	need node
	exact node -e 'const fs = require("fs"); console.log(fs.readFileSync("noise").length);
		fs.createReadStream("text").pipe(fs.createWriteStream("out"))'
}
