"""Fill in the column 选择 of a table that Gridmap wrote, as a person does, and save it as Excel or WPS would."""

import csv


def lines(path):
    """The rows of the table by header."""
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def fill(path, choices, encoding="utf-8-sig"):
    """Write one choice into each row."""
    rows = lines(path)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**row, "选择": choice} for row, choice in zip(rows, choices, strict=True))
