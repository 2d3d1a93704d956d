"""traces.py - reads the traces that a tree of processes left in a directory, and adds them up."""
import collections
import json
import pathlib


def processes(directory):
    for path in sorted(pathlib.Path(directory).glob("*.json")):
        yield from json.loads(path.read_text())["processes"]


def by_call(directory, layer="library"):
    """row -> column -> sum"""
    total = collections.defaultdict(collections.Counter)
    for process in processes(directory):
        for row in process["by_call"]:
            if row["layer"] == layer:
                total[row["name"]].update({k: v for k, v in row.items() if isinstance(v, int)})
    return total
