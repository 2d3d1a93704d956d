"""
strace_k.py - reads what `strace -ff -k -s 0` wrote, and says of each system call who asked for it.

The frames below a system call tell: a wrapped call shows libc on top, called
by libcopytrace.so; a call made inside libc (stdio, malloc) shows more of libc
first; one of the tracer's own shows libcopytrace.so itself on top. Where the
tracer forwards a call of libc's, its forwarding code is left out of account.
"""
import bisect
import collections
import pathlib
import re
import subprocess

OURS = "libcopytrace.so"
LOADS_UNWINDER = "unwinder_load"
UNWINDER = re.compile(r"/libunwind[^/]*$")  # loaded by the tracer, past the wrappers
JUMPS = {"free", "vfork"}  # their wrappers jump to libc and leave no frame
CALL = re.compile(r"^(\w+)\(.*\)\s+= (\?|-?\d+|0x[0-9a-f]+)(?: (\w+))?")
UNFINISHED = re.compile(r"^(\w+)\(.*<unfinished \.\.\.>")
FRAME = re.compile(r"^ > (\[vdso\]|[^(\[]*)(?:\((.*?)(?:\+0x[0-9a-f]+)?\))? \[0x([0-9a-f]+)\]$")


class Call:
    def __init__(self, name, result, error):
        self.name = name
        self.result = result
        self.error = error
        self.frames = []  # (path of the file, offset in it, nearest symbol), innermost first

    @property
    def restarts(self):
        return self.result == "?" and (self.error or "").startswith("ERESTART")

    @property
    def number(self):
        return int(self.result) if re.fullmatch(r"-?\d+", self.result) else 0


class Libc:
    """The dynamic symbols of a libc, by offset; exact, where strace prints the nearest one."""

    def __init__(self, path):
        listing = subprocess.run(["readelf", "-W", "--dyn-syms", path], check=True, text=True, capture_output=True)
        at = collections.defaultdict(set)
        for line in listing.stdout.splitlines():
            fields = line.split()
            if len(fields) >= 8 and fields[3] in ("FUNC", "IFUNC") and fields[6] != "UND":
                at[int(fields[1], 16), int(fields[2], 0)].add(fields[7].split("@")[0])
        self.functions = sorted((start, start + size, names) for (start, size), names in at.items())
        self.starts = [start for start, _, _ in self.functions]

    def names(self, offset):
        i = bisect.bisect_right(self.starts, offset) - 1
        if i >= 0 and offset <= self.functions[i][1]:  # a return address may be the end itself
            return self.functions[i][2]
        return set()


def forwarding(path):
    """Where in the library the code is that forwards system calls: an empty range where there is none."""
    listing = subprocess.run(["nm", path], check=True, text=True, capture_output=True).stdout
    at = [int(value, 16) for value in re.findall(r"^(\w+) \w hook_(?:common|slots|text_end)$", listing, re.M)]
    return range(min(at, default=0), max(at, default=0))


def is_libc(path):
    return bool(re.search(r"/libc(-[\d.]+)?\.so(\.6)?$", path))


def read_thread(path):
    """The system calls of one thread; one that the kernel restarted is one, as its caller saw it."""
    calls, waiting, returning = [], None, False
    for line in path.read_text(errors="replace").splitlines():
        if found := FRAME.match(line):
            if calls and not returning:
                calls[-1].frames.append((found[1], int(found[3], 16), found[2] or ""))
        elif found := CALL.match(line):
            call = Call(found[1], found[2], found[3])
            returning = call.name == "rt_sigreturn"
            if returning and waiting and call.error == "EINTR":
                waiting.result, waiting.error, waiting = "-1", "EINTR", None  # it did return, after the handler
            elif waiting and call.name in (waiting.name, "restart_syscall"):
                calls.remove(waiting)
                waiting = None
            if returning:
                continue  # its result and its frames are those of the call that was interrupted
            calls.append(call)
            if call.restarts:
                waiting = call
        elif found := UNFINISHED.match(line):
            calls.append(Call(found[1], "?", None))
            returning = False
        elif line.startswith("+++ killed by SIGPIPE"):
            calls[-1].result = "?"  # part of it was written, and the caller didn't live to be told
    return calls


def threads(prefix):
    """The calls of each thread, a list each."""
    prefix = pathlib.Path(prefix)
    for path in sorted(prefix.parent.glob(prefix.name + ".*")):
        yield read_thread(path)


def pids(prefix, pattern):
    prefix = pathlib.Path(prefix)
    return {int(path.suffix[1:]) for path in prefix.parent.glob(prefix.name + ".*")
            if re.search(pattern, path.read_text(errors="replace"), re.M)}


def executed(prefix):
    """Those that ran a program: each must have left a trace."""
    return pids(prefix, r"^execve(at)?\(.*= 0$")


def killed(prefix):
    return pids(prefix, r"^\+\+\+ killed by ")


class Origin:
    """Where a call came from: kind is wrapped, missed, late, inside, own, loader, vdso or program."""

    def __init__(self, kind, row=None):
        self.kind = kind
        self.row = row


class Judge:
    def __init__(self, rows, library):
        self.forwarding = forwarding(library)
        self.started = True  # the tracer's constructor has run since the last exec
        self.row_of = {symbol: row for row in rows.values() for symbol in row.symbols}
        self.libcs = {}

    def row(self, frame):
        path, offset, _ = frame
        if path not in self.libcs:
            self.libcs[path] = Libc(path)
        for name in self.libcs[path].names(offset):
            if name in self.row_of:
                return self.row_of[name]
        return None

    def origins(self, thread):
        """The calls of a thread with their origins. late: by libc at the end, when the trace had been written."""
        self.started = True
        found = [self.origin(call) for call in thread]
        if thread and thread[-1].name == "exit_group" and any(origin.kind == "own" for origin in found):
            for origin in reversed(found):
                if origin.kind == "own":
                    break
                if origin.kind == "inside":
                    origin.kind = "late"
        return zip(thread, found)

    def origin(self, call):
        """own: by the tracer or on its behalf. inside: by libc for itself. loader: before the tracer was."""
        kind, row = self.look(call.frames)
        if call.name in ("execve", "execveat") and call.result == "0":
            self.started = False
        elif kind == "own":
            self.started = True
        elif kind in ("inside", "loader", "program"):
            kind = "loader" if not self.started else "program" if kind == "program" else "inside"
        return Origin(kind, row)

    def look(self, frames):
        depth = 0
        while frames and frames[0][0].endswith("/" + OURS) and frames[0][1] in self.forwarding:
            frames = frames[1:]
        while depth < len(frames) and is_libc(frames[depth][0]):
            depth += 1
        if frames and frames[0][0] == "[vdso]":
            return "vdso", None
        outer = frames[depth][0] if depth < len(frames) else ""
        ours = outer.endswith("/" + OURS)
        if UNWINDER.search(outer) or any(name == LOADS_UNWINDER for _, _, name in frames):
            return "own", None  # also what libc does for the loader then, by way of our wrapper of calloc
        if not depth:
            if any(path.endswith("/" + OURS) for path, _, _ in frames):
                return "own", None  # itself, or the loader opening a library for it
            return "loader" if "/ld-linux" in outer else "program", None
        row = self.row(frames[depth - 1])
        if ours and not row:  # the function that the wrapper called may have jumped on to one without a name
            row = self.row_of.get(frames[depth][2].removeprefix("wrap_"))
            return ("inside" if row else "own"), row
        if not row:
            return "inside", None
        if ours:
            return "wrapped" if "SYS" in row.flags else "inside", row
        if row.name in JUMPS or not outer or "/ld-linux" in outer:
            return "inside", row
        return "missed", row
