"""programs.py - programs that tests/real/behaviour runs alone and traced: their commands, by group. The group "slow" is for `make transparency` only.

A command runs under sh in a copy of the inputs, where 3 is nobody's: no terminal, HOME the copy. `differs` is what
two runs of the untraced program don't have in common either, with the reason behind it; `ends` is the status with
which it ends, 0 if not given.
"""
import collections

Program = collections.namedtuple("Program", "group name needs script differs ends")
PROGRAMS = []


def program(group, name, script, needs=None, differs=None, ends=0):
    PROGRAMS.append(Program(group, name, (needs or name).split(), script, differs, ends))


program("shells", "bash", r"""bash -c '
trap "echo left \$?" EXIT; trap "echo caught" USR1
kill -USR1 $BASHPID
declare -A a=([x]=1 [y]=2); f() { local v=$1; echo "f $v $#"; }; f one two
while read -r line; do echo "<$line>"; done < <(printf "p\nq\n")
coproc cat; echo hello >&"${COPROC[1]}"; read -r answer <&"${COPROC[0]}"; echo "$answer"
(exit 3); echo "$? ${a[y]} $((2**20))"; sleep 0.05 & wait $!; echo "waited $?"
cat <<END | tr a-z A-Z
here $(printf "%05d" 42)
END
kill -TERM $BASHPID'""", ends=143)
program("shells", "dash", r"""dash -c 'set -e; for i in 1 2 3; do echo $i | (read x; echo got $x); done; ulimit -n
trap "echo bye" 0; (sleep 0.02; echo late) & wait; : >made; test -e made && echo yes; exec 5>five; echo 5 >&5; false; echo no'""", ends=1)
program("shells", "zsh", r"""zsh -fc 'setopt extendedglob; print -l *.c(N) | head -3; x=(3 1 2); print ${(on)x}; for f in =(echo tmp); do cat $f; done
zmodload zsh/datetime; print ${#EPOCHSECONDS}; TRAPEXIT() { print exit }; (( 7 / 2 )) && print $(( 7. / 2 ))'""")
program("shells", "busybox", r"""busybox sh -c 'seq 20 | busybox awk "{s+=\$1} END {print s}"; busybox find . -maxdepth 1 | busybox sort | busybox head -4; busybox md5sum text; exit 9'""", ends=9)
program("shells", "xargs", r"""seq 40 | xargs -P 4 -n 5 sh -c 'echo $# >>count'; sort count | uniq -c""")
program("shells", "expect", r"""expect -c 'spawn -noecho sh -c {printf "name? "; read n; echo "hello $n"; exit 4}
expect "name? "; send "you\r"; expect eof; exit [lindex [wait] 3]'""", ends=4)
program("shells", "tmux", r"""export TMUX_TMPDIR=$PWD; tmux -L t -f /dev/null new-session -d -x 40 -y 5 'printf in-tmux; sleep 9'
n=0; until tmux -L t capture-pane -p | grep -q in-tmux || [ $n -gt 50 ]; do n=$((n+1)); sleep 0.05; done
tmux -L t capture-pane -p | head -1; tmux -L t kill-server; rm -rf tmux-*""")

program("editors", "vim", r"""vim -es -u NONE -i NONE -c '%s/e/E/g' -c 'sort u' -c 'g/^$/d' -c 'w! edited' -c q text; echo $?; vim --version | head -1""")
program("editors", "ed", r"""printf '1,3p\n2d\n$a\nlast\n.\n,s/a/A/\nw edited\nq\n' | ed -s text""")
program("editors", "emacs", r"""emacs -Q --batch --eval '(progn (find-file "text") (goto-char 1) (insert "top\n") (write-file "edited") (princ (buffer-size)) (call-process "echo" nil t nil "sub") (kill-emacs 5))' 2>&1 | tail -2""")
program("editors", "sed", r"""sed -i.bak -e 's/a/b/g;10q' text; sed -n '2{p;p};$=' text.bak; sed --bad; echo $?""")
program("editors", "patch", r"""cp text other; sed -i '3s/^/changed /;7d' other; diff -u text other >p; echo $?; patch -s text p && cmp text other; diff -q p other; patch --dry-run text p </dev/null; echo $?""",
        needs="patch diff", differs=(r"\d{4}-\d\d-\d\d [\d:.]+ \+\d{4}", "the times of the files in a patch"))

program("text", "gawk", r"""gawk 'BEGIN { while (("sort text" | getline l) > 0) n++; print n; "date +%Y" | getline y; print (y > 2000); printf "x" | "cat 1>&2"; close("cat 1>&2"); exit 3 } END { print "end" }'""", ends=3)
program("text", "mawk", r"""mawk '{ for (i = 1; i <= NF; i++) c[$i]++ } END { for (w in c) print c[w], w | "sort -rn | head -5" }' text""")
program("text", "original-awk", r"""original-awk -F, '{ print NF > "fields" } END { print NR; system("exit 3") }' text; echo $?""")
program("text", "m4", r"""printf 'define(`f'"'"', `$1$1'"'"')f(ab) esyscmd(`echo sub'"'"') include(text)\n' | m4 | head -4; echo 'm4exit(7)' | m4""", ends=7)
program("text", "bc", r"""printf 'scale=50; 4*a(1); 2^200\ndefine f(n) { if (n<2) return (n); return (f(n-1)+f(n-2)) }\nf(15); 1/0\n' | bc -l""")
program("text", "dc", r"""echo '20k 2v p 16o 255p 1 0 / p q' | dc; echo $?""")
program("text", "sort", r"""sort --parallel=4 -S 1M -u text | head -5; sort -n --check text; echo $?; sort missing; join text text 2>&1 | head -3; tac text | nl | tail -2; split -l 100 text part.; ls part.* | wc -l; paste part.aa part.aa | md5sum""")
program("text", "find", r"""find . -type f -newer missing; echo $?; find . -maxdepth 2 -name '*e*' -exec ls -d {} + | LC_ALL=C sort | head -20; find . -type f -print0 | xargs -0 cksum | LC_ALL=C sort | cksum""")
program("text", "grep", r"""grep -rc e . | LC_ALL=C sort | head; grep -P '(?<=a)b' text; grep -q zzz text; echo $?; grep x missing; echo $?""")

program("archives", "tar", r"""tar cf a.tar --sort=name --mtime=@0 --owner=0 --group=0 text; tar tvf a.tar; tar czf - text | tar xzOf - | cmp - text; tar xf missing.tar; echo $?; tar cf - text | gzip -n | xz | zstd -q | zstd -dq | xz -d | gunzip | md5sum""",
        needs="tar gzip xz zstd")
program("archives", "cpio", r"""ls text | cpio -o --reproducible -H newc 2>count >a.cpio; cat count; mkdir d; cd d; cpio -idv <../a.cpio; cmp text ../text; cd ..; rm -f a.cpio""")
program("archives", "zip", r"""TZ=UTC touch -d '2001-02-03 04:05:06' text; zip -qX a.zip text; unzip -l a.zip; unzip -tq a.zip; unzip -p a.zip text | cmp - text; zip a.zip missing; echo $?""", needs="zip unzip")
program("archives", "rsync", r"""mkdir from; cp text from; rsync -r from/ to; touch to/gone; rsync -rc --delete --itemize-changes from/ to; echo x >>from/text; rsync -rci from/ to | cut -c1-4; rsync missing/ to; echo $?; cmp from/text to/text""")
program("archives", "openssl", r"""openssl dgst -sha256 text; openssl enc -aes-256-cbc -K 00 -iv 00 -in text 2>&1 | md5sum; echo bad | openssl x509; echo $?; openssl version""")
program("archives", "ssh-keygen", r"""ssh-keygen -q -t ed25519 -N '' -C me -f key; ssh-keygen -y -f key >pub; cmp key.pub pub && echo fits; ssh-keygen -l -f missing; echo $?; rm -f key key.pub pub""",
        needs="ssh-keygen")
program("archives", "gpg", r"""export GNUPGHOME=$PWD/g; mkdir -m 700 g; gpg -q --print-md SHA256 text; gpg -q --batch --passphrase x --s2k-count 1024 --pinentry-mode loopback -o c -c text; gpg -q --batch --passphrase x --pinentry-mode loopback -d c | cmp - text
gpg -q --batch --passphrase y --pinentry-mode loopback -d c; echo $?; gpgconf --kill all; rm -rf g c""", needs="gpg gpg-agent")
program("archives", "convert", r"""convert -size 64x64 gradient:red-blue -rotate 30 -define png:exclude-chunks=date,time +set date:create +set date:modify a.png; identify -format '%w %h %[colorspace]\n' a.png; convert a.png rgb:- | md5sum; convert missing.png b.png; echo $?; rm a.png""", needs="convert identify")

program("languages", "python3", r"""/usr/bin/python3 -c '
import asyncio, multiprocessing, os, signal, subprocess, sys, threading
def square(n): return n * n
async def main():
    p = await asyncio.create_subprocess_exec("echo", "async", stdout=subprocess.PIPE)
    print((await p.communicate())[0], p.returncode)
with multiprocessing.Pool(3) as pool: print(pool.map(square, range(9)))
asyncio.run(main())
signal.signal(signal.SIGALRM, lambda *a: print("alarm")); signal.setitimer(signal.ITIMER_REAL, 0.02); signal.pause()
print(subprocess.run(["sh", "-c", "kill -9 $$"]).returncode, len(os.listdir("/proc/self/fd")), sorted(os.listdir("/proc/self/fd"))[:3])
t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join(); sys.exit("goodbye")'""", needs="/usr/bin/python3",
        differs=(r"0x[0-9a-f]{8,}", "addresses of objects"), ends=1)
program("languages", "perl", r"""perl -e '$SIG{CHLD} = sub { $ended = waitpid(-1, 0) > 0; print "child ended\n" }; $| = 1; unless (fork) { exit 3 } select undef, undef, undef, 0.02 until $ended; print $? >> 8, "\n";
$SIG{CHLD} = "DEFAULT"; pipe R, W; if (!fork) { close R; print W "x" x 70000; exit } close W; local $/; print length <R>, "\n"; wait; $SIG{ALRM} = sub { die "timed out\n" }; eval { alarm 1; sleep 5 }; print $@; die "at the end"'""", ends=4)
program("languages", "ruby", r"""ruby -e 'r, w = IO.pipe; fork { r.close; w.puts "child"; exit! 2 }; w.close; print r.read; Process.wait; p $?.exitstatus
q = Queue.new; 4.times.map { |i| Thread.new { q << i * i } }.each(&:join); p q.size.times.map { q.pop }.sort; p `echo sub`; f = Fiber.new { Fiber.yield 1; 2 }; p f.resume, f.resume; Timeout rescue p $!.class; raise "end"'""", ends=1)
program("languages", "tclsh", r"""echo 'puts [exec sh -c {echo sub; exit 0}]; set f [open text]; puts [string length [read $f]]; after 20 {set done 1}; vwait done; catch {exec false} e; puts $e; proc f n {expr {$n < 2 ? $n : [f [expr $n-1]] + [f [expr $n-2]]}}; puts [f 14]; exit 6' | tclsh""", ends=6)
program("languages", "lua5.4", r"""lua5.4 -e 'local c = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end); print(c(), c(), c()); print(pcall(error, "caught")); local p = io.popen("echo sub; exit 3"); print(p:read("a"), p:close()); for l in io.lines("text") do n = (n or 0) + #l end; print(n); os.exit(4)'""", ends=4)
program("languages", "php", r"""php -n -r 'echo strlen(file_get_contents("text")), "\n"; passthru("echo sub"); exec("exit 3", $o, $s); echo $s, "\n"; register_shutdown_function(function () { echo "bye\n"; }); $s = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0); fwrite($s[0], "ping"); echo fread($s[1], 9), "\n"; echo $undefined; exit(7);'""", ends=7)
program("languages", "node", r"""node -e 'const c = require("child_process"), fs = require("fs"); console.log(c.execSync("echo sub").toString(), fs.readFileSync("text").length);
process.on("exit", n => console.log("exit", n)); const { Worker } = require("worker_threads"); new Worker("require(\"worker_threads\").parentPort.postMessage(42)", { eval: true }).on("message", m => { console.log(m);
require("net").createServer(s => s.end("hello")).listen(0, "127.0.0.1", function () { require("net").connect(this.address().port).on("data", d => { console.log(d.toString()); this.close(); process.exitCode = 3 }) }) })'""", ends=3)
program("slow", "java", r"""printf 'public class M { public static void main(String[] a) throws Exception { var p = new ProcessBuilder("echo", "sub").start(); System.out.print(new String(p.getInputStream().readAllBytes())); System.out.println(p.waitFor());
var t = new Thread[8]; var n = new java.util.concurrent.atomic.AtomicInteger(); for (int i = 0; i < 8; i++) (t[i] = new Thread(() -> n.addAndGet(new byte[1 << 20].length))).start(); for (var x : t) x.join(); System.out.println(n); try { Object o = null; o.hashCode(); } catch (NullPointerException e) { System.out.println("npe"); } System.exit(5); } }' >M.java; java M.java""", ends=5)
program("languages", "ocaml", r"""echo 'let () = print_endline (string_of_int (List.fold_left (+) 0 (List.init 100 succ))); ignore (Sys.command "echo sub"); (try failwith "x" with Failure s -> print_endline s); exit 3' >m.ml; ocaml m.ml""", ends=3)
program("languages", "gcc", r"""printf '#include <stdio.h>\nint main(void) { puts("built"); return 3; }\n' >m.c; gcc -O2 -Wall -o m m.c && ./m; echo $?; gcc -c missing.c; echo $?; printf 'int f( {' | gcc -xc -c -; echo $?; objdump -d m | md5sum""")
program("languages", "make", r"""printf 'all: a b c\n%%: ; @sleep 0.0$(words $^); echo made $@ >$@\nbad: ; exit 3\n' >Makefile; make -s -j3 all; cat a b c; make bad; echo $?; make -n all""")
program("slow", "cmake", r"""mkdir s; printf 'cmake_minimum_required(VERSION 3.5)\nproject(p C)\nadd_executable(m m.c)\n' >s/CMakeLists.txt; echo 'int main(void) { return 3; }' >s/m.c; cmake -S s -B b | grep -v seconds; cmake --build b >log; echo $?; b/m; echo $?; rm -rf b log""", differs=(r"\([\d.]+s\)", "times that it prints"))
program("slow", "gdb", r"""printf '#include <stdlib.h>\nint f(int n) { return n ? f(n - 1) : abort(), 1; }\nint main(void) { return f(3); }\n' >m.c; gcc -g -w -o m m.c; gdb -nx -q -batch -ex run -ex bt -ex 'info threads' ./m 2>&1 | grep -E '^#|SIG'; gdb -nx -q -batch -ex 'b f if n == 1' -ex run -ex 'p n' ./m 2>&1 | tail -1""", needs="gdb gcc",
        differs=(r"0x[0-9a-f]{8,}|Thread .*|LWP \d+", "addresses and thread numbers"))

program("services", "git", r"""export GIT_AUTHOR_DATE='2001-02-03T04:05:06Z' GIT_COMMITTER_DATE='2001-02-03T04:05:06Z' GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat; git init -q -b main r; cd r; git config user.name n; git config user.email e; cp ../text .; git add .; git commit -qm one; echo x >>text; git commit -qam two; git log --stat; git gc -q; git fsck; git clone -q . ../c; git diff HEAD~ | tail -3; git show missing; echo $?; git rev-parse HEAD; cd ..; rm -rf r/.git c/.git""")
program("services", "sqlite3", r"""sqlite3 t.db 'create table t(a, b); with recursive c(n) as (select 1 union all select n+1 from c where n < 5000) insert into t select n, hex(n) from c; create index i on t(b); select count(*), sum(a), max(b) from t; pragma integrity_check;'; sqlite3 t.db .dump | md5sum; sqlite3 t.db 'select nothing'; echo $?""")
program("services", "redis-server", r"""redis-server --port 0 --unixsocket $PWD/s --daemonize yes --logfile log --dir . --save '' --appendonly no >/dev/null; n=0; until redis-cli -s s ping 2>/dev/null | grep -q PONG || [ $n -gt 100 ]; do n=$((n+1)); sleep 0.05; done
redis-cli -s s <<E
set k v
get k
rpush l 1 2 3
lrange l 0 -1
incr n
eval "return redis.call('get','k')" 0
bad
E
redis-cli -s s save; redis-cli -s s shutdown nosave; ls dump.rdb; rm -f dump.rdb log s""", needs="redis-server redis-cli")
program("services", "memcached", r"""chmod 777 .; memcached -u nobody -s $PWD/s -a 0777 & p=$!; n=0; until [ -S s ] || [ $n -gt 100 ]; do n=$((n+1)); sleep 0.05; done
/usr/bin/python3 -c 'import socket
s = socket.socket(socket.AF_UNIX); s.connect("s"); s.sendall(b"set k 0 0 5\r\nhello\r\nget k\r\nincr k 1\r\nquit\r\n")
while d := s.recv(999): print(end=d.decode())'; kill $p; wait $p; echo $?; rm -f s""")
program("services", "nginx", r"""mkdir w; cp text w; printf 'daemon off; error_log e; pid p; events {} http { access_log off; server { listen unix:%s/s; root %s/w; location /gone { return 410 bye; } } }' $PWD $PWD >c; nginx -p $PWD -c c 2>/dev/null & p=$!; n=0; until [ -S s ] || [ $n -gt 100 ]; do n=$((n+1)); sleep 0.05; done
curl -s --unix-socket s http://h/text | cmp - text; curl -si --unix-socket s http://h/gone | tail -1; echo; curl -s --unix-socket s -r 5-20 http://h/text; kill -QUIT $p; wait $p; echo $?; rm -rf c e p s *_temp""", needs="nginx curl")
program("slow", "postgres", r"""b=$(ls -d /usr/lib/postgresql/*/bin | tail -1); chmod 777 .; u='setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/nonexistent'
$u $b/initdb -D $PWD/db -N -U me -A trust --locale=C >log; echo $?; $u $b/pg_ctl -D $PWD/db -w -s -l $PWD/db/log -o "-c listen_addresses= -k $PWD" start; echo $?
$u $b/psql -h $PWD -U me -d postgres -Atc 'create table t as select n, md5(n::text) from generate_series(1, 2000) n' -c 'select count(*), min(md5) from t' -c 'select * from missing'; echo $?
$u $b/psql -h $PWD -U me -d postgres -Atc "copy t to stdout" | md5sum; $u $b/pg_ctl -D $PWD/db -s stop; echo $?; rm -rf db log""", needs="setpriv initdb")
