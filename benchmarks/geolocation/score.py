"""Score locating: right, reviewed, confidently wrong, by kind of slip and by accuracy, beside what else one could use.

    python -m benchmarks.geolocation.score [--rows 13000] [--scale city] [--city DIR] [--json FILE]

The city is the sample city (invented); the ledger is written at its buildings by `ledger.py`. A confident error is a
row that is not sent to review and names an area (building, compound, community) other than the true one.
"""

import argparse
import json
import tempfile
import time
import unicodedata
from pathlib import Path

import pandas as pd
from rapidfuzz import fuzz, process

from benchmarks.geolocation import parse, peers, real
from benchmarks.geolocation.ledger import read_facts, write_ledger
from gridmap import addresses
from gridmap.addresses import prefix
from gridmap.locate import Gazetteer, doors, likeness, locate
from gridmap.tables import CityFacts, Household, RegisterEntry

FUZZY_ROWS = 300
FUZZY_SURE = 85.0
DISTRICT_ROWS = 400
GOAL_WRONG, GOAL_RESOLVED, GOAL_SPEED = 0.002, 0.95, 20.0


def load_city(folder, scale):
    """Return the settings and frames of the sample city, made anew unless a folder is given."""
    from geodata.city import read_city
    from geodata.files import load_sources
    from geodata.sample import make_sample

    settings = folder / "city.toml" if folder else make_sample(Path(tempfile.mkdtemp()) / "city", scale=scale)
    city = read_city(settings)
    return city, load_sources(city, settings).frames, settings.parent


def judge(places, truth):
    """Return a frame with right, sure, wrong by row; `truth` has building_id, compound_id, community_id (or some)."""
    named = pd.DataFrame(index=places.index)
    for column in truth.columns:
        named[column] = places[column].notna() & (places[column].astype(object) != truth[column].astype(object))
    fine = places["accuracy"].isin(["room", "building"])
    right = fine & (places["building_id"].astype(object) == truth["building_id"].astype(object))
    review = places["review"].astype(bool)
    return pd.DataFrame({
        "accuracy": places["accuracy"], "review": review, "right": right, "resolved": right & ~review,
        "wrong": named.any(axis=1) & ~review,
    })  # fmt: skip


def by_kind(judged, kinds, solvable):
    """Return one line per kind of slip."""
    table = judged.assign(kind=kinds, solvable=solvable)
    return table.groupby("kind").agg(
        rows=("right", "size"), solvable=("solvable", "mean"), resolved=("resolved", "mean"),
        review=("review", "mean"), confident_wrong=("wrong", "sum"),
    ).round(4)  # fmt: skip


def by_accuracy(judged):
    """Return one line per accuracy: how many rows claim it without review, how many of those are right, of all rows."""
    claimed = judged[~judged["review"]]
    table = claimed.groupby("accuracy", observed=True).agg(claimed=("wrong", "size"), wrong=("wrong", "sum"))
    return table.assign(precision=1 - table["wrong"] / table["claimed"], share=table["claimed"] / len(judged)).round(4)


LADDER = {"building": ["room", "building"], "compound": ["room", "building", "compound"], "vicinity": ["vicinity"],
          "community": ["room", "building", "point", "compound", "road", "vicinity", "community"]}  # fmt: skip


def by_holding(judged, places, truth, holds):
    """Return one line per class of place that rows hold enough for: how many are found rightly, and without review.

    A vicinity keeps its community only, so that is what is compared.
    """
    holds, lines = pd.Series(holds), []
    for kind, accuracies in LADDER.items():
        mine = (holds == kind).to_numpy()
        column = "community_id" if kind == "vicinity" else f"{kind}_id"
        same = places[column].astype(object) == truth[column].astype(object)
        right = (same & places["accuracy"].isin(accuracies)).to_numpy()[mine]
        sent = judged["review"].to_numpy()[mine]
        rows = max(int(mine.sum()), 1)
        lines.append((kind, int(mine.sum()), right.sum() / rows, (right & ~sent).sum() / rows, sent.mean()))
    names = ["holds", "rows", "recall", "recall_without_review", "review"]
    return pd.DataFrame(lines, columns=names).set_index("holds").round(4)


def exact_match(sources, people, truth):
    """The first alternative: equal text after folding width and blanks, before unit and room."""
    meant = {}
    for fact in read_facts(sources):
        for text in (f"{fact.compound}{fact.number}栋", f"{fact.plate}{fact.compound}{fact.number}栋", fact.plate):
            meant.setdefault(text, set()).add(fact.building_id)
    for row in sources[RegisterEntry].itertuples():
        meant.setdefault(row.address, set()).add(row.building_id)
    found = []
    for text in people["address"].fillna(""):
        folded = "".join(unicodedata.normalize("NFKC", text).split())
        folded = folded[: folded.index("栋") + 1] if "栋" in folded else folded
        hits = meant.get(folded, set())
        found.append(next(iter(hits)) if len(hits) == 1 else None)
    found = pd.Series(found, dtype=object)
    return (found == truth).mean(), (found.notna() & (found != truth)).mean()


def fuzzy_match(sources, people, truth):
    """The second alternative: rapidfuzz's token ratio against every building's whole address."""
    facts = read_facts(sources)
    texts = [f"{f.district}{f.street}{f.community}{f.plate}{f.compound}{f.number}栋" for f in facts]
    sample = people.sample(FUZZY_ROWS, random_state=1)
    start = time.process_time()
    best = [process.extractOne(text or "", texts, scorer=fuzz.token_ratio) for text in sample["address"]]
    seconds = (time.process_time() - start) * len(people) / FUZZY_ROWS
    hit = pd.Series([facts[at].building_id for _, _, at in best], index=sample.index)
    sure = pd.Series([score >= FUZZY_SURE for _, score, _ in best], index=sample.index)
    right = hit == truth[sample.index]
    return right.mean(), (right & sure).mean(), (~right & sure).mean(), seconds


def district_parsers():
    """The third alternative reads real divisions and no more; what share of addresses gets its district right.

    The districts of the sample city are invented, so these are addresses in real districts (`parse.invent`). `right`:
    of the rows that write a district, how many get it; `made_up`: of the others, how many get one all the same.
    """
    texts = parse.invent(DISTRICT_ROWS)
    written = [next((name for *_, name in parse.CITIES if name in text), None) for text in texts]
    told = {"gridmap": _shares([addresses.parse(text).district for text in texts], written)}
    cpca, jionlp = peers.load_cpca(), peers.load_jionlp()
    told["cpca"] = "absent" if cpca is None else _shares(cpca.transform(texts)["区"].tolist(), written)
    told["jionlp"] = (
        "absent" if jionlp is None else _shares([jionlp.parse_location(text).get("county") for text in texts], written)
    )
    return told


def _shares(read, written):
    pairs = list(zip(read, written, strict=True))
    named = [one == other for one, other in pairs if other]
    others = [isinstance(one, str) and one != "" for one, other in pairs if not other]
    return {"right": sum(named) / len(named), "made_up": sum(others) / len(others), "rows": len(pairs)}


def forget():
    """Empty what loading the city has left in memory: the clock shall see every address read."""
    for module in (prefix, doors, likeness):
        for known in vars(module).values():
            if hasattr(known, "cache_clear"):
                known.cache_clear()


def score_invented(options):
    """Score the noise model's ledger against the sample city."""
    city, sources, folder = load_city(options.city, options.scale)
    ledger = write_ledger(sources, options.rows)
    facts = CityFacts(name=city.name, metric_crs=city.metric_crs, day=city.day)
    forget()
    start = time.process_time()
    gazetteer = Gazetteer.of(sources, facts)
    gathered = time.process_time()
    places = locate(ledger.households, gazetteer, noun=Household)
    located = time.process_time()
    truth = pd.DataFrame([(f.building_id, f.compound_id, f.community_id) for f in ledger.facts],
                         columns=["building_id", "compound_id", "community_id"])  # fmt: skip
    judged = judge(places, truth)
    solvable = pd.Series(ledger.solvable)
    print(by_kind(judged, ledger.kinds, ledger.solvable).to_string(), "\n")
    print(by_accuracy(judged).to_string(), "\n")
    recall = by_holding(judged, places, truth, ledger.holds)
    print(recall.to_string(), "\n")
    exact = exact_match(sources, ledger.households, truth["building_id"])
    fuzzy = fuzzy_match(sources, ledger.households, truth["building_id"])
    found = {
        "rows": len(places), "buildings": len(gazetteer.buildings), "solvable": float(solvable.mean()),
        "confident_wrong": float(judged["wrong"].mean()), "review": float(judged["review"].mean()),
        "resolved_of_solvable": float(judged["resolved"][solvable].mean()),
        "recall_building": float(judged["right"].mean()),
        "recall": recall["recall_without_review"].to_dict(),
        "seconds_gather": gathered - start, "seconds_locate": located - gathered,
        "exact_resolved": float(exact[0]), "exact_wrong": float(exact[1]),
        "fuzzy_right": float(fuzzy[0]), "fuzzy_sure_right": float(fuzzy[1]), "fuzzy_sure_wrong": float(fuzzy[2]),
        "fuzzy_seconds": fuzzy[3], "times_faster": fuzzy[3] / (located - gathered),
        "times_faster_with_gather": fuzzy[3] / (located - start),
        "district_parsers": district_parsers(),
    }  # fmt: skip
    return found, sources, gazetteer, folder


def score_own_ledger(sources, gazetteer, folder):
    """Score the sample city's own household ledger, addresses only."""
    people = sources[Household].copy()
    people["geometry"], people["std_address_id"] = None, None
    truth = pd.read_csv(folder / "household_truth.csv", dtype=str).set_index("household_id")
    homes = people["household_id"].map(truth["building_id"])
    judged = judge(locate(people, gazetteer, noun=Household), pd.DataFrame({"building_id": homes}))
    return {
        "rows": len(people), "resolved": float(judged["resolved"].mean()), "review": float(judged["review"].mean()),
        "confident_wrong": float(judged["wrong"].mean()),
    }  # fmt: skip


def score_real(name):
    """Score one of the real sets."""
    gazetteer, people, truth = getattr(real, name)()
    start = time.process_time()
    places = locate(people, gazetteer, noun=Household)
    seconds = time.process_time() - start
    judged = judge(places, pd.DataFrame({"building_id": truth.to_numpy()}))
    return {
        "rows": len(people), "resolved": float(judged["resolved"].mean()), "review": float(judged["review"].mean()),
        "confident_wrong": float(judged["wrong"].mean()), "seconds": seconds,
    }  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=13_000)
    parser.add_argument("--scale", default="city", choices=("default", "city"))
    parser.add_argument("--city", type=Path, help="folder of a sample city made before")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    invented, sources, gazetteer, folder = score_invented(options)
    report = {"noise_model": invented, "sample_ledger": score_own_ledger(sources, gazetteer, folder)}
    for name in ("cambridge", "liechtenstein"):
        report[name] = score_real(name) if (real.SHARED / name).exists() else "absent: set GRIDMAP_SHARED_DATA"
    print(json.dumps(report, ensure_ascii=False, indent=2, default=float))
    goals = {
        f"confidently wrong at most {GOAL_WRONG:.1%}": invented["confident_wrong"] <= GOAL_WRONG,
        f"resolved without review at least {GOAL_RESOLVED:.0%}": invented["resolved_of_solvable"] >= GOAL_RESOLVED,
        f"at least {GOAL_SPEED:.0f} times faster than rapidfuzz, gazetteer included": (
            invented["times_faster_with_gather"] >= GOAL_SPEED
        ),
    }
    for goal, reached in goals.items():
        print("reached" if reached else "MISSED ", goal)
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=2, default=float), encoding="utf-8")
    return 0 if all(goals.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
