"""calls_def.py - reads the table of calls: which symbol of libc belongs to which row, and what system calls are accounted."""
import pathlib
import re

FLAGS = r"((?:[A-Z]+|\(\w+\)| \| |0)+)"
TABLE = pathlib.Path(__file__).resolve().parents[2] / "preload/shared/calls.def"


class Row:
    def __init__(self, name):
        self.name = name
        self.flags = set()
        self.symbols = set()
        self.system_call = None  # which one it is, where that is accounted


def rows():
    """name -> Row"""
    table, of = {}, {}

    def add(symbol, row, flags):
        table.setdefault(row, Row(row)).symbols.add(symbol)
        table[row].flags |= {re.sub(r"\(.*", "", flag.strip()) for flag in flags.split("|")}
        if found := re.search(r"SYS\((\w+)\)", flags):
            table[row].system_call = found[1]
        of[symbol] = row

    for line in TABLE.read_text().splitlines():
        if found := re.match(rf"(?:CALL|SPECIAL)\((\w+), (\w+), {FLAGS}[,)]", line):
            add(*found.groups())
        elif found := re.match(r"CHARACTER_(?:IN|OUT)\((\w+), (\w+),", line):
            add(*found.groups(), "LIB | MOVES")
        elif found := re.match(r"ALIAS\((\w+), (\w+)\)", line):
            add(found[1], of[found[2]], "")
            of[found[1]] = of[found[2]]
    for row in table.values():
        row.flags.discard("")
    return table


def system_calls():
    """The kernel's name of each system call that is accounted wherever it is made -> whether it moves bytes"""
    found = re.findall(rf"^SYSCALL\((\w+), {FLAGS},", TABLE.read_text(), re.M)
    return {name: "MOVES" in flags for name, flags in found}
