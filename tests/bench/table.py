"""table.py - turns figures into a table, and into JSON: the median, what it is to the program alone, the budget."""
import statistics


def summary(measure, figures):
    """One row a variant: name, figure, ratio, extra, budget and whether it was met; or why there is no figure."""
    alone = figures[measure.variants[0]]
    for variant in measure.variants:
        own = figures[variant]
        row = {"variant": variant.name, "unit": measure.unit}
        if isinstance(own, str) or isinstance(alone, str):
            yield {**row, "why": own if isinstance(own, str) else alone}
            continue
        pairs = [(a, b) for a, b in zip(alone, own) if a is not None and b is not None]
        row["figure"] = statistics.median(b for _, b in pairs)
        row["ratio"] = statistics.median(b / a for a, b in pairs)
        row["extra"] = statistics.median(b - a for a, b in pairs)
        row["rounds"] = len(pairs)
        if variant.budget:
            kind, most = variant.budget
            row["budget"] = {kind: most}
            row["met"] = row[kind] <= most
        yield row


def digits(value):
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.2f}"


def budget(row):
    if "budget" not in row:
        return "", ""
    (kind, most), = row["budget"].items()
    text = f"<= {most:g}" if kind == "ratio" else f"<= +{most:g} {row['unit']}"
    return text, "yes" if row["met"] else "NO"


def show(results):
    layout = "{:<32} {:<40} {:>13} {:>8} {:>13}  {:<11} {}"
    print(layout.format("measure", "variant", "figure", "ratio", "extra", "budget", "met").rstrip())
    for measure, figures in results:
        name = measure.name
        for row in summary(measure, figures):
            if "why" in row:
                print(layout.format(name, row["variant"], "-", "", "", "", row["why"][:60]).rstrip())
            else:
                unit, ratio, extra = row["unit"], f"{row['ratio']:.3f}", f"{digits(row['extra'])} {row['unit']}"
                if row["extra"] >= 0:
                    extra = "+" + extra
                if row["variant"] == "alone":
                    ratio = extra = ""
                figure = f"{digits(row['figure'])} {unit}"
                print(layout.format(name, row["variant"], figure, ratio, extra, *budget(row)).rstrip())
            name = ""


def as_json(results):
    return [{"measure": measure.name, "rows": list(summary(measure, figures))} for measure, figures in results]
