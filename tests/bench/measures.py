"""measures.py - what is measured, with which variants, and the budget of each."""
import os
import pathlib
import random
import shutil
import subprocess

SHORT = "for i in $(seq %d); do /bin/true; done"


class Variant:
    """A way of running a program. share: the part of the work it gets, where it is slow."""

    def __init__(self, name, prefix=(), environment=None, share=1.0, most_rounds=99, budget=None):
        self.name = name
        self.prefix = list(prefix)
        self.environment = environment or {}
        self.share = share
        self.most_rounds = most_rounds
        self.budget = budget  # ("ratio" or "extra", the most that is allowed), or None


class Measure:
    def __init__(self, name, unit, command, count, variants, scale=1.0):
        self.name = name
        self.unit = unit
        self.command = command  # a function from a count to a list of words
        self.count = count
        self.variants = variants  # the first one is the program alone
        self.scale = scale        # from what the program prints to the unit


def compile_all(sources, target):
    target.mkdir(parents=True, exist_ok=True)
    for source in sources.glob("*.c"):
        subprocess.run(["cc", "-O2", "-o", target / source.stem, source, "-pthread"], check=True)


def write_project(directory, parts):
    """Some files of C, each of which the compiler, the assembler and the linker work on for a while."""
    directory.mkdir()
    for i in range(parts):
        functions = "".join(f'int f{i}_{k}(int x) {{ char b[64]; snprintf(b, sizeof(b), "%d", x + {k}); '
                            f"return (int)strlen(b) * atoi(b) + x % {k + 3}; }}\n" for k in range(40))
        (directory / f"part{i}.c").write_text(f"#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n{functions}")
    (directory / "main.c").write_text("int main(void) { return 0; }\n")
    (directory / "Makefile").write_text(
        "OBJECTS := main.o $(patsubst %,part%.o,$(shell seq 0 $$(($(PARTS) - 1))))\n"
        "program: $(OBJECTS)\n\tcc -o $@ $^\n%.o: %.c\n\tcc -O2 -c -o $@ $<\n")
    return directory


def others(scratch, share):
    """The system call tracers that are installed. Each is given the share of the work that it can do in time."""
    count = "tracepoint:raw_syscalls:sys_exit /pid == cpid/ { @[args->id] = count(); @sum[args->id] = sum(args->ret); }"
    known = [
        Variant("strace -c -f", ["strace", "-c", "-f", "-o", str(scratch / "strace")], share=share / 100,
                most_rounds=3),
        Variant("strace --seccomp-bpf -c -f -e trace=...",
                ["strace", "--seccomp-bpf", "-c", "-f", "-e", "trace=read,write,pread64", "-o", str(scratch / "strace")],
                share=share / 100, most_rounds=3),
        Variant("perf trace -s", ["perf", "trace", "-s", "-o", str(scratch / "perf")], share=share / 20, most_rounds=3),
        Variant("bpftrace, counting", ["bpftrace", "-o", str(scratch / "bpf"), "-e", count, "-c"],
                share=share, most_rounds=3),
    ]
    return [variant for variant in known if shutil.which(variant.prefix[0])]


def copytrace(build, scratch, stacks=None, budget=None, options=None, faults=None, copies=False):
    libraries = ["libcopytrace.so"] + (["libcopytrace_copies.so"] if copies else [])
    environment = {"LD_PRELOAD": ":".join(str(build / name) for name in libraries), "COPYTRACE_DIR": str(scratch)}
    if stacks:
        environment["COPYTRACE_STACKS"] = stacks
    if options:
        environment["COPYTRACE_OPTIONS"] = options
    if faults:
        environment["COPYTRACE_FAULTS"] = faults
    words = [copies and "copies", stacks and f"stacks={stacks}", faults and f"faults={faults}", options]
    return Variant(", ".join(["copytrace", *filter(None, words)]), environment=environment, budget=budget)


def as_nobody(variant, scratch):
    """Without root's rights, by which more of what the kernel does can be sampled; so it is for everybody else."""
    if os.geteuid() != 0:
        return variant
    place = scratch / "anybody"
    place.mkdir(exist_ok=True)
    place.chmod(0o777)
    scratch.chmod(0o711)
    settings = [f"{key}={value}" for key, value in {**variant.environment, "COPYTRACE_DIR": place}.items()]
    variant.name += ", as nobody"
    variant.prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", *settings]
    variant.environment = {}
    return variant


def all_of(build, scratch, disk):
    programs = build / "bench"
    memory = str(scratch).startswith("/dev/shm")
    page, big, out, lines = scratch / "page", scratch / "big", scratch / "out", scratch / "lines"
    million = scratch / "million"
    project = write_project(scratch / "project", 12)
    page.write_bytes(b"x" * 4096)
    big.write_bytes(bytes(range(256)) * 65536)
    lines.write_bytes(b"the quick brown fox jumps over the lazy dog\n" * 20000)
    numbers = [b"%d\n" % n for n in range(1000000)]
    random.Random(0).shuffle(numbers)
    million.write_bytes(b"".join(numbers))

    def program(name, *words):
        return lambda count: [str(programs / name)] + [str(count) if w is None else str(w) for w in words]

    def usual(budget, stacks="off", *more):
        return [Variant("alone"), copytrace(build, scratch, budget=budget), copytrace(build, scratch, stacks), *more]

    def read(name, path, depth, budget, *more):
        return Measure(name, "ns", program("read_byte", path, None, depth), 300000, usual(budget, "off", *more))

    def layers(budget):
        """Alone; with both layers, with the wrappers alone, and with dispatch armed under both."""
        return [Variant("alone"), copytrace(build, scratch, budget=("ratio", budget)),
                copytrace(build, scratch, options="no-syscall-layer"),
                copytrace(build, scratch, budget=("ratio", 1.4), options="exhaustive")]

    def installed(variant):
        return [variant] if shutil.which(variant.prefix[0]) else []

    def heaptrack():
        return installed(Variant("heaptrack", ["heaptrack", "-o", str(scratch / "heaptrack")], share=0.2, most_rounds=3))

    def dhat():
        words = ["valgrind", "-q", "--tool=dhat", "--mode=copy", "--dhat-out-file=/dev/null"]
        return installed(Variant("DHAT, copy mode", words, most_rounds=1))

    def allocate(name, threads, *more):
        variants = [Variant("alone"), copytrace(build, scratch, budget=("extra", 3)),
                    copytrace(build, scratch, "all", ("extra", 25)), *more]
        return Measure(name, "ns", program("allocate", None, threads), 4000000, variants)

    def shell(name, count, budget, command):
        """A command that starts others: beside it alone, under the library alone and in one trace of them all."""
        variants = [Variant("alone"), copytrace(build, scratch, budget=("ratio", budget)), copytrace(build, scratch, "off"),
                    Variant("copytrace record", environment={"COPYTRACE_DIR": str(scratch)})]
        for variant in variants:
            settings = [f"{key}={value}" for key, value in variant.environment.items()]
            variant.prefix = [str(programs / "spawn"), "1", *settings, "--"]
            variant.environment = {}
        variants[-1].prefix += [str(build / "copytrace"), "record", "-o", str(scratch / "copytrace.record.json"), "--"]
        return Measure(name, "ms", lambda some: ["sh", "-c", command(some)], count, variants, scale=1e-6)

    def lone():
        """Nobody has opened a perf event for a second, so who opens one waits for all processors."""
        traced = [copytrace(build, scratch), copytrace(build, scratch, faults="count")]
        for variant in traced:
            settings = [f"{key}={value}" for key, value in variant.environment.items()]
            variant.prefix = [str(programs / "spawn"), "-r", None, *settings, "--"]
            variant.environment = {}
        alone = Variant("alone", [str(programs / "spawn"), "-r", None, "--"])
        return Measure("true, alone for a second", "ms", lambda count: ["true"], 1, [alone, *traced], scale=1e-6)

    def start(name, directory, words, most, *more, count=200, kind="extra"):
        traced = copytrace(build, directory, budget=most and (kind, most))
        off = copytrace(build, directory, "off")
        for variant in (traced, off):
            settings = [f"{name}={value}" for name, value in variant.environment.items()]
            variant.prefix = [str(programs / "spawn"), None, *settings, "--"]
            variant.environment = {}
        alone = Variant("alone", [str(programs / "spawn"), None, "--"])
        for variant in more:
            variant.prefix = [str(programs / "spawn"), None, "--"] + variant.prefix
            variant.share = 0.05
        return Measure(name, "ms", lambda count: words, count, [alone, traced, off, *more], scale=1e-6)

    def objects():
        """A real program that does little else than allocate."""
        script = str(pathlib.Path(__file__).resolve().parent / "objects.py")
        variants = [Variant("alone"), copytrace(build, scratch, budget=("ratio", 1.05)),
                    copytrace(build, scratch, "off"), copytrace(build, scratch, "all", ("ratio", 1.4)), *heaptrack()]
        for variant in variants:
            variant.environment["PYTHONMALLOC"] = "malloc"
        return Measure("python3, PYTHONMALLOC=malloc", "us", lambda count: ["/usr/bin/python3", script, str(count)],
                       20000, variants, scale=1e-3)

    def touch():
        variants = [Variant("alone"), copytrace(build, scratch), copytrace(build, scratch, "off"),
                    as_nobody(copytrace(build, scratch, "off", ("ratio", 1.7)), scratch),
                    copytrace(build, scratch, budget=("ratio", 1.05), faults="count")]
        return Measure("page fault, 64 MiB touched", "us", program("touch", None), 16384, variants, scale=1e-3)

    def sort(name, *settings):
        """What the program copies inside itself, counted; its start and end are a part of it."""
        variants = [Variant("alone"), copytrace(build, scratch),
                    copytrace(build, scratch, budget=("ratio", 1.3), copies=True),
                    copytrace(build, scratch, "off", copies=True), *dhat()]
        for variant in variants:
            words = [f"{key}={value}" for key, value in variant.environment.items()]
            variant.prefix = [str(programs / "spawn"), "1", *settings, *words, "--"] + variant.prefix
            variant.environment = {}
        return Measure(name, "ms", lambda count: ["sort", "-o", str(out), str(million)], 1, variants, scale=1e-6)

    quick_tracers = [v for v in others(scratch, 1) if v.prefix[0] in ("strace", "perf")][:1]
    return [
        read("1-byte pread of a cached file", page, 0, ("ratio", 1.25), *others(scratch, 1)),
        read("1-byte pread of /dev/zero", "/dev/zero", 0, ("ratio", 1.25)),
        read("1-byte pread, 20 frames deep", page, 20, None),
        Measure("1-byte read of a cached file", "ns", program("read_next", big, None), 300000, layers(1.3)),
        Measure("1-byte fputc and fflush", "ns", program("stdio", "flush", "/dev/null", None), 300000, layers(1.3)),
        Measure("1-byte fputc and fflush, to a file", "ns", program("stdio", "flush", out, None), 200000, layers(1.3)),
        Measure("64 KiB read and write", "ns", program("copy", big, out, None), 40,
                usual(("ratio", 1.02), "off", *others(scratch, 1))),
        allocate("malloc(64) and free", 1, *heaptrack()),
        allocate("the same in 2 threads", 2),
        objects(),
        touch(),
        Measure("fputc", "ns", program("stdio", "fputc", out, None), 10000000, usual(None)),
        Measure("fgets", "ns", program("stdio", "fgets", lines, None), 2000000, usual(None)),
        start("true, its trace on " + ("tmpfs" if memory else "disk"), scratch, ["true"], 0.7, *quick_tracers),
        start("true, its trace on disk", disk, ["true"], 0.7),
        lone(),
        shell("500 runs of /bin/true from a shell", 500, 1.5, lambda some: SHORT % some),
        shell("make -j2 of a small C project", 12, 1.05,
              lambda some: f"make -s -B -j2 -C '{project}' PARTS={some}"),
        start("500 runs of cksum", scratch, ["cksum", str(page)], 1.4, count=500, kind="ratio"),
        start("cp of a small file", scratch, ["cp", str(page), str(out)], None),
        start("sort of 20,000 lines", scratch, ["sort", "-o", str(out), str(lines)], None, count=10),
        sort("sort of a million lines"),
        sort("the same with LC_ALL=C", "LC_ALL=C"),
        start("gzip of 16 MiB", scratch, ["gzip", "-1kf", str(big)], None, count=2),
        start("tar of 16 MiB", scratch, ["tar", "-C", str(scratch), "-cf", str(out), "big"], None, count=20),
        start("python3 reading 20,000 lines", scratch,
              ["/usr/bin/python3", "-c", f"list(open('{lines}'))"], None, count=10),
        Measure("peak memory of a small program", "MiB", program("memory"), 1, usual(("extra", 3)), scale=1 / (1 << 20)),
    ]
