"""calls_def.py - reads the table of wrapped calls: which symbol of libc belongs to which row, with what flags."""
import pathlib
import re

TABLE = pathlib.Path(__file__).resolve().parents[2] / "preload/shared/calls.def"


class Row:
    def __init__(self, name):
        self.name = name
        self.flags = set()
        self.symbols = set()


def rows():
    """name -> Row"""
    table, of = {}, {}

    def add(symbol, row, flags):
        table.setdefault(row, Row(row)).symbols.add(symbol)
        table[row].flags |= {flag.strip() for flag in flags.split("|")}
        of[symbol] = row

    for line in TABLE.read_text().splitlines():
        if found := re.match(r"(?:CALL|SPECIAL)\((\w+), (\w+), ([A-Z| ]+)[,)]", line):
            add(*found.groups())
        elif found := re.match(r"CHARACTER_(?:IN|OUT)\((\w+), (\w+),", line):
            add(*found.groups(), "LIB | MOVES")
        elif found := re.match(r"ALIAS\((\w+), (\w+)\)", line):
            add(found[1], of[found[2]], "")
            of[found[1]] = of[found[2]]
    for row in table.values():
        row.flags.discard("")
    return table
