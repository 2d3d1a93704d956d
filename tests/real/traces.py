"""traces.py - reads the traces that a tree of processes left in a directory, adds them up, and looks for faults."""
import collections
import json
import pathlib
import subprocess


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


def complaints(directory, viewer, schema):
    """What is wrong with the files: of another form than the schema's, not to be reported on, or left behind."""
    paths = sorted(pathlib.Path(directory).glob("*"))
    found = [f"{path} was left behind" for path in paths if path.suffix != ".json"]
    paths = [path for path in paths if path.suffix == ".json"]
    if schema.exists():
        import jsonschema
        validator = jsonschema.Draft202012Validator(json.loads(schema.read_text()))
        for path in paths:
            found += [f"{path}: {error.message[:200]}" for error in validator.iter_errors(json.loads(path.read_text()))]
    if viewer.exists():
        done = subprocess.run([viewer, "report", *paths], text=True, capture_output=True)
        if done.returncode or done.stderr:
            found.append(f"copytrace report ended with {done.returncode}: {done.stderr}")
    return found
