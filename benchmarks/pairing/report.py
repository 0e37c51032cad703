"""Tell what was measured: a line on the terminal, a page, a plot."""

import json
import os
import platform
from pathlib import Path

COLUMNS = ["case", "solver", "s", "x ours", "places", "left out", "cost m", "peak MiB", "extra MiB", "run"]
INK = ["#0b3c5d", "#9a9a9a", "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#a6761d", "#1b9e77", "#666666", "#000000"]
MARKS = "osv^D<>Phx"
SIZES_DRAWN = ["1k", "13k", "130k", "1M"]
ABOUT = (
    "Written by `make bench-pairing` on {} processors ({}, Python {}). Processor seconds of one thread, each solver in "
    "a process of its own. Ours include finding the neighbours and the proof over all pairs in reach; the others are "
    "the solver alone, on the 64 nearest members of each household (256 on tight cities up to 13k, 20 on D4k; "
    "scipy_dense, and pulp on D4k, see all pairs). `floor` only finds everybody's 8 nearest on the straight line. "
    "`extra MiB` is the most memory while solving less what the process held before. `left out`: places that stay "
    "empty although they can be filled. `run`: the day on which a row was measured; the rows of one day are of one run "
    "on one machine, and ratios between days are rough. Cities are invented (`benchmarks/pairing/cases.py`)."
)


def cells(row: dict, mine: dict) -> list[str]:
    """Return what the table says of one run; mine is our run on the same case.

    left out: places that the solver leaves empty although they can be filled, as our proven plan shows.
    """
    if "skipped" in row:
        return [row["case"], row["solver"], "–", "", "", "", "", "", str(row["skipped"]), ""]
    ratio = f"{row['seconds'] / mine['seconds']:.2f}" if mine.get("seconds") else ""
    filled, left, cost = ["", "", ""]
    if row["filled"] is not None:
        filled, cost = f"{row['filled']:,}", f"{row['dm'] / 10:,.1f}"
        left = f"{mine['filled'] - row['filled']:,}" if "filled" in mine else ""
    peak, extra = f"{row['peak_mib']:,.0f}", f"{row['extra_mib']:,.0f}"
    day = str(row.get("day", "earlier"))
    return [row["case"], row["solver"], f"{row['seconds']:.3f}", ratio, filled, left, cost, peak, extra, day]


def tell(row: dict, mine: dict) -> str:
    """Return a line for the terminal."""
    widths = [11, 13, 9, 8, 10, 9, 14, 9, 9, 11]
    told = cells(row, mine)
    return " ".join(text.ljust(width) if i < 2 else text.rjust(width) for i, (text, width) in
                    enumerate(zip(told, widths, strict=True)))  # fmt: skip


def with_earlier(rows: list[dict], earlier: list[dict]) -> list[dict]:
    """Put rows in the place of the earlier ones of the same case and solver; the other earlier ones stay."""
    fresh = {(row["case"], row["solver"]): row for row in rows}
    return [fresh.pop((row["case"], row["solver"]), row) for row in earlier] + list(fresh.values())


def write(rows: list[dict], folder: Path) -> None:
    """Write pairing.json, pairing.md and pairing.png, with the rows there that were not measured again."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "pairing.json").is_file():
        rows = with_earlier(rows, json.loads((folder / "pairing.json").read_text(encoding="utf-8")))
    kept = json.dumps(rows, ensure_ascii=False, indent=1)
    (folder / "pairing.json").write_text(kept + "\n", encoding="utf-8")
    (folder / "pairing.md").write_text(page(rows), encoding="utf-8")
    plot(rows, folder / "pairing.png")


def page(rows: list[dict]) -> str:
    """Return the page: every run, then who was left out."""
    mine = {row["case"]: row for row in rows if row["solver"] == "gridmap"}
    lines = [
        "# The pairing engine beside others",
        "",
        ABOUT.format(os.cpu_count(), platform.machine(), platform.python_version()),
        "",
        "![time against size](pairing.png)",
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "|---|---" + "|--:" * (len(COLUMNS) - 2) + "|",
    ]
    lines += ["| " + " | ".join(cells(row, mine.get(row["case"], {}))) + " |" for row in rows]
    lines += ["", "## Who was left out", "", "| case | places that can be filled | left empty by |", "|---|--:|---|"]
    for name, own in mine.items():
        if "filled" not in own:
            continue
        short = {
            row["solver"]: own["filled"] - row["filled"]
            for row in rows
            if row["case"] == name and row.get("filled") is not None and row["filled"] < own["filled"]
        }
        told = ", ".join(f"{solver} {count:,}" for solver, count in short.items()) or "nobody measured here"
        lines.append(f"| {name} | {own['filled']:,} of {own['wanted']:,} wanted | {told} |")
    return "\n".join(lines) + "\n"


def plot(rows: list[dict], file: Path) -> None:
    """Draw seconds against households for each solver, loose beside tight, straight lines only."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(11, 5), sharey=True, layout="constrained")
    solvers = list(dict.fromkeys(row["solver"] for row in rows))
    for panel, kind, title in zip(panels, "UT", ("loose cities", "tight cities"), strict=True):
        for at, solver in enumerate(solvers):
            runs = sorted(
                (row["households"], row["seconds"])
                for row in rows
                if row["solver"] == solver and "seconds" in row and row["case"] in {f"{kind}{s}" for s in SIZES_DRAWN}
            )
            if runs:
                wide = 2.5 if solver == "gridmap" else 1.2
                panel.loglog(*zip(*runs, strict=True), marker=MARKS[at % 10], color=INK[at % 10], lw=wide, label=solver)
        panel.set_title(title)
        panel.set_xlabel("households")
        panel.grid(visible=True, which="major", alpha=0.3)
    panels[0].set_ylabel("processor seconds, one thread")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right center", frameon=False)
    figure.savefig(file, dpi=110)
    plt.close(figure)
