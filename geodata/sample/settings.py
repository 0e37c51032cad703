"""The city.toml and the README that go with the files of the sample city."""

from pathlib import Path

CITY_TOML = """\
# 样例市（虚构）：全部地名、人名、电话、证件号均为虚构。A synthetic city; nobody and nothing in it is real.
name = "样例市（虚构）"
invented = true
attribution = "样例数据，全部虚构 / sample data, all invented"
addresses = "chinese"
metric_crs = "EPSG:4547"
day = 2026-06-15

[[areas]]
level = "district"
path = "districts.geojson"
id = "district_id"
name = "name"

[[areas]]
level = "street"
path = "streets.geojson"
id = "street_id"
name = "name"
parent = "district_id"

[[areas]]
level = "community"
path = "communities.geojson"
id = "community_id"
name = "name"
parent = "street_id"

[[areas]]
level = "grid"
path = "grids.geojson"
id = "grid_id"
name = "name"
parent = "community_id"
columns = { kind = "kind" }

[[areas]]
level = "compound"
path = "compounds.geojson"
id = "compound_id"
name = "name"
parent = "grid_id"
columns = { community_id = "community_id", address = "address" }

[[areas]]
level = "building"
path = "buildings.geojson"
id = "building_id"
columns = { number = "number", address = "address", floors = "floors", std_address_id = "std_address_id", \
compound_id = "compound_id", grid_id = "grid_id", community_id = "community_id" }

[aliases]
path = "aliases.csv"
encoding = "utf-8-sig"
id = "别名编号"

[address_register]
path = "address_register.csv"
encoding = "utf-8-sig"
id = "地址编码"
address = "标准地址"
building = "楼栋编码"

[[households]]
path = "households.csv"
encoding = "utf-8-sig"
crs = "EPSG:4326"
id = "户编号"
lon = "经度"
lat = "纬度"

[[members]]
path = "members.csv"
encoding = "gb18030"
id = "党员编号"

[[pairings]]
path = "pairings.csv"
encoding = "utf-8-sig"
id = "包保编号"

[[paths]]
path = "paths.geojson"
id = "path_id"
kind = "kind"
impassable = "impassable"

[[hazards]]
path = "hazard_sites.geojson"
id = "hazard_id"
name = "name"
columns = { kind = "kind", declared_as = "declared_as", threat_level = "threat_level", \
threatened_households = "threatened_households", threatened_people = "threatened_people", \
community_id = "community_id" }

[[danger_zones]]
path = "danger_zones.geojson"
id = "zone_id"
site = "hazard_id"
columns = { estimated = "estimated" }

[[backdrop]]
kind = "water"
path = "water.geojson"
id = "backdrop_id"
name = "name"

[[backdrop]]
kind = "green"
path = "green.geojson"
id = "backdrop_id"
name = "name"

[[backdrop]]
kind = "road"
path = "roads.geojson"
id = "backdrop_id"
name = "name"

[[backdrop]]
kind = "rail"
path = "rail.geojson"
id = "backdrop_id"
name = "name"

# 阳新“1+1+1”组团：1 名报到党员、1 名社区党员、1 名楼栋志愿者
[rules]
mode = "team"
radius_m = 600.0
"""

README = """\
# 样例市（虚构） / Sample city (invented)

本目录由程序按种子生成，全部内容均为虚构。地名、小区名与真实地点同名纯属巧合。
Made by a program from a seed (scale {scale}, seed {seed}); everything in this folder is invented.

- 姓名：名字第二个字都是“示、例、样、拟”之一。 Names: the second character is always 示, 例, 样 or 拟.
- 电话：都在 199000xxxxx 段内，请勿拨打。 Telephone numbers: all of the form 199000xxxxx; do not call them.
- 证件号：地区码 990000 不存在。 Id numbers: the area code 990000 does not exist.
- 区划代码：4299 开头，不是任何地方。 Area codes begin with 4299, which is no place.
- household_truth.csv、member_truth.csv：每人真正所住的楼栋，只用来评分，不参与定位。
  The building in which everybody really lives, for scoring only; city.toml does not name these files.
- households.csv 是带 BOM 的 UTF-8，members.csv 是 GB18030。 Two encodings, as ledgers come.
"""


def write_settings(folder: Path, *, scale: str, seed: int) -> Path:
    """Write city.toml and README.md; return the path of city.toml."""
    (folder / "README.md").write_text(README.format(scale=scale, seed=seed), encoding="utf-8", newline="\n")
    path = folder / "city.toml"
    path.write_text(CITY_TOML, encoding="utf-8", newline="\n")
    return path
