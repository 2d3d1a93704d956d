"""rounds.py - runs the variants of a measure in turns, and collects what the programs print."""
import os
import re
import subprocess


def once(measure, variant, quick, directory):
    count = max(1, int(measure.count * variant.share * (0.2 if quick else 1)))
    words = [str(count) if word is None else word for word in variant.prefix] + measure.command(count)
    if variant.prefix[:1] == ["bpftrace"]:
        words = variant.prefix + [" ".join(measure.command(count))]
    done = subprocess.run(words, env={**os.environ, **variant.environment}, cwd=directory, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    found = re.search(r"^bench: ([\d.]+)$", done.stdout, re.M)
    clean(directory)
    for value in [word.split("=", 1)[1] for word in variant.prefix if word and word.startswith("COPYTRACE_DIR=")]:
        clean(value)
    if done.returncode or not found:
        return None, (done.stderr.strip().splitlines() or ["printed no result"])[-1]
    return float(found[1]) * measure.scale, None


def clean(directory):
    """Traces must not pile up: a directory with thousands of files would be what is measured."""
    for entry in os.scandir(directory):
        if entry.name.startswith(("copytrace.", "heaptrack")):
            os.unlink(entry.path)


def run(measure, directory, quick):
    """variant -> its figures, one a round (None where the variant sat out), or the reason why there are none"""
    figures = {variant: [] for variant in measure.variants}
    failed = {}
    for turn in range(5 if quick else 15):
        first = turn % len(measure.variants)  # who comes first changes, since going first may matter
        for variant in measure.variants[first:] + measure.variants[:first]:
            if variant in failed:
                continue
            figure, reason = (None, None)
            if turn < variant.most_rounds and not (quick and turn and variant.most_rounds < 99):
                figure, reason = once(measure, variant, quick, directory)
            if reason:
                failed[variant] = reason
            figures[variant].append(figure)
    return {variant: failed.get(variant, figures[variant]) for variant in measure.variants}
