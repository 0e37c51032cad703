"""Rows per second of the address parser beside jionlp's and cpca's, on one core, in one run.

    python -m benchmarks.geolocation.parse [rows]

Both peers read province, city and district and hand back the remainder untouched; ours also reads road, number,
compound, building, unit, floor and room, says what it changed, and checks that its reading survives its own normal
form. The addresses are invented, all different, and written in the shapes that ledgers hold. jionlp gets a sample,
because it needs minutes for the whole.
"""

import random
import statistics
import sys
import time

from benchmarks.geolocation import peers
from gridmap.addresses import normal_text, parse
from gridmap.addresses.prefix import read_local, read_prefix

JIONLP_ROWS = 400
ROUNDS = 5
CITIES = [
    ("湖北省", "黄石市", "下陆区"),
    ("湖北省", "武汉市", "洪山区"),
    ("湖南省", "长沙市", "岳麓区"),
    ("", "黄石市", "西塞山区"),
]
STREETS = ["望澜街道", "柳塘街道", "团城山街道", ""]
COMMUNITIES = ["松月社区", "箭楼下社区", ""]
ROADS = ["云溪大道", "松月二路", "柳塘巷", "乾塔路", "桂林南路"]
COMPOUNDS = ["白鹭苑", "松月小区", "冶电一村", "锦湖一号", "纺机家属区"]
NUMBERS = ["{0}号", "{0}-{1}号", "{0}号副{1}号", "{0}附{1}号", "{0}#", "特{0}号"]
DOORS = ["{0}栋{1}单元{2}室", "{0}号楼{1}-{2}", "{0}-{1}-{2}", "{0}幢{1}门{2}", "{0}#{2}", "{0}栋"]
ENDS = ["", "", "", "", "旁", "(农行旁)"]


def invent(count, *, seed=20261124):
    """Write `count` different addresses."""
    draw = random.Random(seed)
    texts = {}
    while len(texts) < count:
        prefix = "".join(draw.choice(CITIES)) if draw.random() < 0.7 else ""
        place = prefix + draw.choice(STREETS) + draw.choice(COMMUNITIES)
        numbers = draw.randint(1, 199), draw.randint(1, 9), draw.randint(101, 999)
        if draw.random() < 0.6:
            place += draw.choice(ROADS) + draw.choice(NUMBERS).format(*numbers)
        if draw.random() < 0.7:
            door = draw.choice(DOORS).format(draw.randint(1, 40), numbers[1], numbers[2])
            place += draw.choice(COMPOUNDS) + door
        texts[place + draw.choice(ENDS)] = None
    return [text for text in texts if text]


def rate(read, texts, *, rounds=ROUNDS):
    """Return rows per second of processor time: the median of some rounds."""
    rates = []
    for _ in range(rounds):
        start = time.process_time()
        read(texts)
        rates.append(len(texts) / (time.process_time() - start))
    return statistics.median(rates)


def divisions(texts):
    """Do the peers' work and no more: province, city, district, street and community, and the rest untouched."""
    for text in texts:
        _, rest = read_prefix(normal_text(text), [])
        read_local(rest)


def main():
    """Print the rates and the ratios: against everything we read, and on equal work."""
    texts = invent(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
    cpca, jionlp = peers.load_cpca(), peers.load_jionlp()
    ours = rate(lambda rows: [parse(row) for row in rows], texts)
    alike = rate(divisions, texts)
    others = {}
    if jionlp is not None:
        sample = texts[:JIONLP_ROWS]
        others["jionlp.parse_location"] = rate(
            lambda rows: [jionlp.parse_location(row) for row in rows], sample, rounds=1
        )
    if cpca is not None:
        others["cpca.transform"] = rate(cpca.transform, texts)
    print(f"gridmap.addresses.parse  {ours:10,.0f} rows/s  (every part, {len(texts):,} rows)")
    print(f"its first step alone     {alike:10,.0f} rows/s  (divisions down to the community: the peers' work)")
    for name, other in others.items():
        told = f"gridmap is {ours / other:.2f} times as fast, {alike / other:.2f} times on equal work"
        print(f"{name:<24} {other:10,.0f} rows/s  (divisions only)  {told}")


if __name__ == "__main__":
    main()
