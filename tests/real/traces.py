"""traces.py - reads the traces that a tree of processes left in a directory, adds them up, and looks for faults."""
import collections
import json
import pathlib
import subprocess


def processes(directory, viewer=None):
    """Of a process that was killed the live region is all there is; the viewer makes a trace of it."""
    for path in sorted(pathlib.Path(directory).iterdir()):
        if path.suffix == ".json":
            yield from json.loads(path.read_text())["processes"]
        elif viewer and path.suffix == ".live":
            done = subprocess.run([viewer, "report", "--json", path], check=True, capture_output=True)
            yield from json.loads(done.stdout)["processes"]


def by_call(processes, layer="library"):
    """row -> column -> sum"""
    total = collections.defaultdict(collections.Counter)
    for process in processes:
        for row in process["by_call"]:
            if row["layer"] == layer:
                total[row["name"]].update({k: v for k, v in row.items() if isinstance(v, int)})
    return total


def complaints(directory, viewer, schema, killed):
    """What is wrong with the files: of another form than the schema's, not to be reported on, or left behind."""
    paths = sorted(pathlib.Path(directory).iterdir())
    regions = {f".{pid}.live" for pid in killed}
    found = [f"{path} was left behind" for path in paths
             if path.suffix != ".json" and "".join(path.suffixes[-2:]) not in regions]
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
