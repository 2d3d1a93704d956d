# Interpreters and compilers give exactly the ledger that strace sees, and behave as they do alone.
load helpers/common
load real/helpers

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

@test "python3: csv, json, gzip, a temporary file" {
	exact "$PYTHON" -c '
import csv, gzip, json, tempfile
rows = list(csv.reader(open("numbers.csv")))
json.dump(rows, open("rows.json", "w"))
with gzip.open("rows.gz", "wt") as f: f.writelines(",".join(row) for row in rows)
with tempfile.TemporaryFile(dir=".") as f:
    f.write(open("noise", "rb").read()); f.seek(0); print(len(f.read()), len(gzip.open("rows.gz").read()))
import os; os.remove("rows.gz")'
}

@test "perl" {
	exact perl -e 'open F, "<", "text"; while (<F>) { $n += length } print "$n\n";
		open G, ">", "out"; print G "x" x 100000; close G; print `cat numbers.csv | wc -l`'
}

@test "tclsh" {
	need tclsh
	echo 'set f [open text]; puts [string length [read $f]]; exec sort text -o sorted; puts [file size sorted]' \
		>"$BATS_TEST_TMPDIR/script"
	exact tclsh "$BATS_TEST_TMPDIR/script"
}

@test "gcc" {
	exact bash -c 'gcc -O2 -o program program.c && ./program && rm program'
}

@test "g++" {
	need g++
	exact bash -c 'printf "#include <cstdio>\nint main() { std::putchar(42); }\n" >program.cc
		g++ -o program program.cc && ./program && rm program'
}

@test "make, two at a time" {
	printf 'all: a b c\na b c: text\n\tgrep -c $@ text >$@\n' >"$BATS_TEST_TMPDIR/makefile"
	exact make -s -j2 -f "$BATS_TEST_TMPDIR/makefile"
}

@test "bash: pipelines, a here document, command substitution" {
	exact bash -c 'echo $(head -n 100 text | sort -u | wc -l) "$(<numbers.csv)" | md5sum
		cat <<<"$(cut -c1-5 text)" | sort | uniq -c | sort -rn | head -n 3
		while read -r a b; do echo "$b $a"; done < <(head -n 10 text) | tee out | wc -l; (exit 3); echo $?'
}

@test "dash" {
	exact sh -c 'x=$(cat numbers.csv | wc -l); echo "$x"; for i in 1 2 3; do echo "$i" | cat; done; read line <text; echo "$line"'
}

@test "node" {
	need node
	exact node -e 'const fs = require("fs"); console.log(fs.readFileSync("noise").length);
		fs.createReadStream("text").pipe(fs.createWriteStream("out"))'
}

@test "java" {
	need java javac
	cat >"$BATS_TEST_TMPDIR/Count.java" <<-END
		import java.nio.file.*;
		class Count {
			public static void main(String[] names) throws Exception {
				long lines = 0;
				for (String name : names)
					try (var in = Files.newBufferedReader(Path.of(name))) {
						while (in.readLine() != null)
							lines++;
					}
				Files.write(Path.of("copy"), Files.readAllBytes(Path.of("noise")));
				System.out.println(lines);
			}
		}
	END
	javac -d "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/Count.java" 3>&-
	exact java -XX:-UsePerfData -Xshare:auto -cp "$BATS_TEST_TMPDIR" Count text numbers.csv
}
