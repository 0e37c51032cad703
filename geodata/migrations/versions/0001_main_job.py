"""The nouns of the main job.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine, UserDefinedType

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
BOX = ("minx", "miny", "maxx", "maxy")


class _PostgisGeometry(UserDefinedType):
    cache_ok = True

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def get_col_spec(self, **_options: object) -> str:
        return f"geometry({self.kind},4326)"


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _geometry(kind: str) -> TypeEngine:
    return _PostgisGeometry(kind).with_variant(sa.LargeBinary(), "sqlite")


def _box() -> list[sa.Column]:
    return [sa.Column(name, sa.Double()) for name in BOX] if _on_sqlite() else []


def _key(table: str, column: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _truth(table: str, column: str) -> list[sa.CheckConstraint]:
    return [_check(table, f"{column}_known", f"{column} IN (0, 1)")] if _on_sqlite() else []


def _kinds(table: str, *kinds: str) -> list[sa.CheckConstraint]:
    known = "|".join(kinds)
    return [] if _on_sqlite() else [_check(table, "geometry_type", f"GeometryType(geometry) ~ '^({known})$'")]


def _reference(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [parent], name=name, deferrable=True, initially="DEFERRED")


def _index_shapes(table: str) -> None:
    if _on_sqlite():
        op.create_index(f"ix_{table}_box", table, list(BOX))
    else:
        op.create_index(f"ix_{table}_geometry", table, ["geometry"], postgresql_using="gist")


def _make_areas() -> None:
    op.create_table(
        "district",
        sa.Column("district_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("geometry", _geometry("Geometry"), nullable=False),
        *_box(),
        _key("district", "district_id"),
        _check("district", "district_id_long", "length(district_id) <= 64"),
        *_kinds("district", "POLYGON", "MULTIPOLYGON"),
    )
    _index_shapes("district")
    op.create_table(
        "street",
        sa.Column("street_id", TEXT, nullable=False),
        sa.Column("district_id", TEXT, nullable=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("geometry", _geometry("Geometry"), nullable=False),
        *_box(),
        _key("street", "street_id"),
        _check("street", "street_id_long", "length(street_id) <= 64"),
        *_kinds("street", "POLYGON", "MULTIPOLYGON"),
        _reference("street", "district_id", "district.district_id"),
    )
    op.create_index("ix_street_district_id", "street", ["district_id"])
    _index_shapes("street")
    op.create_table(
        "community",
        sa.Column("community_id", TEXT, nullable=False),
        sa.Column("street_id", TEXT, nullable=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("geometry", _geometry("Geometry"), nullable=False),
        *_box(),
        _key("community", "community_id"),
        _check("community", "community_id_long", "length(community_id) <= 64"),
        *_kinds("community", "POLYGON", "MULTIPOLYGON"),
        _reference("community", "street_id", "street.street_id"),
    )
    op.create_index("ix_community_street_id", "community", ["street_id"])
    _index_shapes("community")
    op.create_table(
        "grid",
        sa.Column("grid_id", TEXT, nullable=False),
        sa.Column("community_id", TEXT, nullable=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("worker_name", TEXT, nullable=True),
        sa.Column("worker_phone", TEXT, nullable=True),
        sa.Column("geometry", _geometry("Geometry"), nullable=False),
        *_box(),
        _key("grid", "grid_id"),
        _check("grid", "grid_id_long", "length(grid_id) <= 64"),
        _check("grid", "kind_known", "kind IN ('basic', 'exclusive')"),
        *_kinds("grid", "POLYGON", "MULTIPOLYGON"),
        _reference("grid", "community_id", "community.community_id"),
    )
    op.create_index("ix_grid_community_id", "grid", ["community_id"])
    _index_shapes("grid")
    op.create_table(
        "compound",
        sa.Column("compound_id", TEXT, nullable=False),
        sa.Column("community_id", TEXT, nullable=True),
        sa.Column("grid_id", TEXT, nullable=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=True),
        sa.Column("geometry", _geometry("Geometry"), nullable=True),
        *_box(),
        _key("compound", "compound_id"),
        _check("compound", "compound_id_long", "length(compound_id) <= 64"),
        *_kinds("compound", "POLYGON", "MULTIPOLYGON"),
        _reference("compound", "community_id", "community.community_id"),
        _reference("compound", "grid_id", "grid.grid_id"),
    )
    op.create_index("ix_compound_community_id", "compound", ["community_id"])
    op.create_index("ix_compound_grid_id", "compound", ["grid_id"])
    _index_shapes("compound")
    op.create_table(
        "building",
        sa.Column("building_id", TEXT, nullable=False),
        sa.Column("community_id", TEXT, nullable=True),
        sa.Column("grid_id", TEXT, nullable=True),
        sa.Column("compound_id", TEXT, nullable=True),
        sa.Column("number", TEXT, nullable=True),
        sa.Column("address", TEXT, nullable=True),
        sa.Column("std_address_id", TEXT, nullable=True),
        sa.Column("floors", sa.BigInteger(), nullable=True),
        sa.Column("geometry", _geometry("Geometry"), nullable=False),
        *_box(),
        _key("building", "building_id"),
        _check("building", "building_id_long", "length(building_id) <= 64"),
        _check("building", "floors_low", "floors >= 0"),
        _check("building", "floors_high", "floors <= 200"),
        *_kinds("building", "POLYGON", "MULTIPOLYGON"),
        _reference("building", "community_id", "community.community_id"),
        _reference("building", "grid_id", "grid.grid_id"),
        _reference("building", "compound_id", "compound.compound_id"),
    )
    op.create_index("ix_building_community_id", "building", ["community_id"])
    op.create_index("ix_building_grid_id", "building", ["grid_id"])
    op.create_index("ix_building_compound_id", "building", ["compound_id"])
    _index_shapes("building")
    op.create_table(
        "alias",
        sa.Column("alias_id", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("area_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("valid_from", DAY, nullable=True),
        sa.Column("valid_to", DAY, nullable=True),
        _key("alias", "alias_id"),
        _check("alias", "alias_id_long", "length(alias_id) <= 64"),
        _check("alias", "level_known", "level IN ('district', 'street', 'community', 'grid', 'compound', 'building')"),
    )
    op.create_table(
        "register_entry",
        sa.Column("entry_id", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("building_id", TEXT, nullable=True),
        sa.Column("geometry", _geometry("Point"), nullable=True),
        *_box(),
        _key("register_entry", "entry_id"),
        _check("register_entry", "entry_id_long", "length(entry_id) <= 64"),
        _reference("register_entry", "building_id", "building.building_id"),
    )
    op.create_index("ix_register_entry_building_id", "register_entry", ["building_id"])
    _index_shapes("register_entry")
    op.create_table(
        "path",
        sa.Column("path_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("passable", sa.Boolean(), nullable=False),
        sa.Column("geometry", _geometry("LineString"), nullable=False),
        *_box(),
        _key("path", "path_id"),
        _check("path", "path_id_long", "length(path_id) <= 64"),
        *_truth("path", "passable"),
    )
    _index_shapes("path")
    op.create_table(
        "backdrop",
        sa.Column("backdrop_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=True),
        sa.Column("geometry", _geometry("Geometry"), nullable=False),
        *_box(),
        _key("backdrop", "backdrop_id"),
        _check("backdrop", "backdrop_id_long", "length(backdrop_id) <= 64"),
        _check("backdrop", "kind_known", "kind IN ('water', 'green', 'road', 'rail')"),
        *_kinds("backdrop", "POINT", "LINESTRING", "MULTILINESTRING", "POLYGON", "MULTIPOLYGON"),
    )
    _index_shapes("backdrop")


def _make_people() -> None:
    op.create_table(
        "household",
        sa.Column("household_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=True),
        sa.Column("categories", TEXT, nullable=False),
        sa.Column("care_level", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("phone", TEXT, nullable=True),
        sa.Column("id_no", TEXT, nullable=True),
        sa.Column("birth", DAY, nullable=True),
        sa.Column("gender", TEXT, nullable=True),
        sa.Column("dialect", TEXT, nullable=True),
        sa.Column("needs", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=True),
        sa.Column("stated_community", TEXT, nullable=True),
        sa.Column("stated_grid", TEXT, nullable=True),
        sa.Column("std_address_id", TEXT, nullable=True),
        sa.Column("geometry", _geometry("Point"), nullable=True),
        *_box(),
        _key("household", "household_id"),
        _check("household", "household_id_long", "length(household_id) <= 64"),
        _check("household", "care_level_known", "care_level IN ('red', 'yellow', 'green')"),
        _check("household", "status_known", "status IN ('present', 'moved', 'deceased', 'separated_registration')"),
    )
    _index_shapes("household")
    op.create_table(
        "member",
        sa.Column("member_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("roles", TEXT, nullable=False),
        sa.Column("unit", TEXT, nullable=True),
        sa.Column("skills", TEXT, nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("leave_from", DAY, nullable=True),
        sa.Column("leave_to", DAY, nullable=True),
        sa.Column("radius_m", sa.Double(), nullable=True),
        sa.Column("phone", TEXT, nullable=True),
        sa.Column("id_no", TEXT, nullable=True),
        sa.Column("gender", TEXT, nullable=True),
        sa.Column("dialect", TEXT, nullable=True),
        sa.Column("address", TEXT, nullable=True),
        sa.Column("stated_community", TEXT, nullable=True),
        sa.Column("stated_grid", TEXT, nullable=True),
        sa.Column("std_address_id", TEXT, nullable=True),
        sa.Column("geometry", _geometry("Point"), nullable=True),
        *_box(),
        _key("member", "member_id"),
        _check("member", "member_id_long", "length(member_id) <= 64"),
        _check("member", "kind_known", "kind IN ('person', 'unit')"),
        _check("member", "capacity_low", "capacity >= 0"),
        _check("member", "capacity_high", "capacity <= 50"),
        _check("member", "status_known", "status IN ('active', 'leave', 'ended')"),
        _check("member", "radius_m_low", "radius_m >= 0"),
    )
    _index_shapes("member")


def _make_hazards() -> None:
    op.create_table(
        "hazard_site",
        sa.Column("hazard_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("declared_as", TEXT, nullable=True),
        sa.Column("threat_level", TEXT, nullable=True),
        sa.Column("threatened_households", sa.BigInteger(), nullable=True),
        sa.Column("threatened_people", sa.BigInteger(), nullable=True),
        sa.Column("community_id", TEXT, nullable=True),
        sa.Column("geometry", _geometry("Point"), nullable=True),
        *_box(),
        _key("hazard_site", "hazard_id"),
        _check("hazard_site", "hazard_id_long", "length(hazard_id) <= 64"),
        _check("hazard_site", "threat_level_known", "threat_level IN ('extreme', 'large', 'medium', 'small')"),
        _check("hazard_site", "threatened_households_low", "threatened_households >= 0"),
        _check("hazard_site", "threatened_people_low", "threatened_people >= 0"),
        _reference("hazard_site", "community_id", "community.community_id"),
    )
    op.create_index("ix_hazard_site_community_id", "hazard_site", ["community_id"])
    _index_shapes("hazard_site")
    op.create_table(
        "danger_zone",
        sa.Column("zone_id", TEXT, nullable=False),
        sa.Column("hazard_id", TEXT, nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("geometry", _geometry("Geometry"), nullable=False),
        *_box(),
        _key("danger_zone", "zone_id"),
        _check("danger_zone", "zone_id_long", "length(zone_id) <= 64"),
        *_truth("danger_zone", "estimated"),
        *_kinds("danger_zone", "POLYGON", "MULTIPOLYGON"),
        _reference("danger_zone", "hazard_id", "hazard_site.hazard_id"),
    )
    op.create_index("ix_danger_zone_hazard_id", "danger_zone", ["hazard_id"])
    _index_shapes("danger_zone")


def _make_places() -> None:
    op.create_table(
        "household_place",
        sa.Column("building_id", TEXT, nullable=True),
        sa.Column("compound_id", TEXT, nullable=True),
        sa.Column("grid_id", TEXT, nullable=True),
        sa.Column("community_id", TEXT, nullable=True),
        sa.Column("accuracy", TEXT, nullable=False),
        sa.Column("method", TEXT, nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("margin", sa.Double(), nullable=True),
        sa.Column("review", sa.Boolean(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("geometry", _geometry("Point"), nullable=True),
        sa.Column("household_id", TEXT, nullable=False),
        *_box(),
        _key("household_place", "household_id"),
        _check(
            "household_place",
            "accuracy_known",
            "accuracy IN ('room', 'building', 'point', 'compound', 'road', 'vicinity', 'community', 'none')",
        ),
        _check("household_place", "score_low", "score >= 0"),
        _check("household_place", "score_high", "score <= 1"),
        _check("household_place", "margin_low", "margin >= 0"),
        _check("household_place", "margin_high", "margin <= 1"),
        *_truth("household_place", "review"),
        _reference("household_place", "building_id", "building.building_id"),
        _reference("household_place", "compound_id", "compound.compound_id"),
        _reference("household_place", "grid_id", "grid.grid_id"),
        _reference("household_place", "community_id", "community.community_id"),
        _reference("household_place", "household_id", "household.household_id"),
    )
    op.create_index("ix_household_place_building_id", "household_place", ["building_id"])
    op.create_index("ix_household_place_compound_id", "household_place", ["compound_id"])
    op.create_index("ix_household_place_grid_id", "household_place", ["grid_id"])
    op.create_index("ix_household_place_community_id", "household_place", ["community_id"])
    _index_shapes("household_place")
    op.create_table(
        "member_place",
        sa.Column("building_id", TEXT, nullable=True),
        sa.Column("compound_id", TEXT, nullable=True),
        sa.Column("grid_id", TEXT, nullable=True),
        sa.Column("community_id", TEXT, nullable=True),
        sa.Column("accuracy", TEXT, nullable=False),
        sa.Column("method", TEXT, nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("margin", sa.Double(), nullable=True),
        sa.Column("review", sa.Boolean(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("geometry", _geometry("Point"), nullable=True),
        sa.Column("member_id", TEXT, nullable=False),
        *_box(),
        _key("member_place", "member_id"),
        _check(
            "member_place",
            "accuracy_known",
            "accuracy IN ('room', 'building', 'point', 'compound', 'road', 'vicinity', 'community', 'none')",
        ),
        _check("member_place", "score_low", "score >= 0"),
        _check("member_place", "score_high", "score <= 1"),
        _check("member_place", "margin_low", "margin >= 0"),
        _check("member_place", "margin_high", "margin <= 1"),
        *_truth("member_place", "review"),
        _reference("member_place", "building_id", "building.building_id"),
        _reference("member_place", "compound_id", "compound.compound_id"),
        _reference("member_place", "grid_id", "grid.grid_id"),
        _reference("member_place", "community_id", "community.community_id"),
        _reference("member_place", "member_id", "member.member_id"),
    )
    op.create_index("ix_member_place_building_id", "member_place", ["building_id"])
    op.create_index("ix_member_place_compound_id", "member_place", ["compound_id"])
    op.create_index("ix_member_place_grid_id", "member_place", ["grid_id"])
    op.create_index("ix_member_place_community_id", "member_place", ["community_id"])
    _index_shapes("member_place")


def _make_pairings() -> None:
    op.create_table(
        "pairing",
        sa.Column("pairing_id", TEXT, nullable=False),
        sa.Column("household_id", TEXT, nullable=False),
        sa.Column("member_id", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("valid_from", DAY, nullable=False),
        sa.Column("valid_to", DAY, nullable=True),
        sa.Column("basis", TEXT, nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("distance_m", sa.Double(), nullable=True),
        sa.Column("reason", TEXT, nullable=False),
        _key("pairing", "pairing_id"),
        _check("pairing", "pairing_id_long", "length(pairing_id) <= 200"),
        _check("pairing", "role_known", "role IN ('registered', 'community', 'building')"),
        _check("pairing", "basis_known", "basis IN ('engine', 'imported', 'manual')"),
        *_truth("pairing", "locked"),
        _check("pairing", "distance_m_low", "distance_m >= 0"),
        _reference("pairing", "household_id", "household.household_id"),
        _reference("pairing", "member_id", "member.member_id"),
    )
    op.create_index("ix_pairing_household_id", "pairing", ["household_id"])
    op.create_index("ix_pairing_member_id", "pairing", ["member_id"])
    op.create_table(
        "empty_place",
        sa.Column("empty_place_id", TEXT, nullable=False),
        sa.Column("household_id", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("reachable", sa.BigInteger(), nullable=False),
        sa.Column("nearest_m", sa.Double(), nullable=True),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("reason_en", TEXT, nullable=False),
        sa.Column("remedy", TEXT, nullable=False),
        sa.Column("remedy_en", TEXT, nullable=False),
        _key("empty_place", "empty_place_id"),
        _check("empty_place", "empty_place_id_long", "length(empty_place_id) <= 200"),
        _check("empty_place", "place_low", "place >= 1"),
        _check("empty_place", "reachable_low", "reachable >= 0"),
        _check("empty_place", "nearest_m_low", "nearest_m >= 0"),
        _reference("empty_place", "household_id", "household.household_id"),
    )
    op.create_index("ix_empty_place_household_id", "empty_place", ["household_id"])


def _make_records() -> None:
    op.create_table(
        "revision",
        sa.Column("revision", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("step", TEXT, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        _key("revision", "revision"),
        _check("revision", "revision_low", "revision >= 1"),
    )
    op.create_table(
        "setting",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        _key("setting", "name"),
    )
    op.create_table(
        "export_entry",
        sa.Column("export_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("noun", TEXT, nullable=False),
        sa.Column("form", TEXT, nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("unmasked", sa.Boolean(), nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        _key("export_entry", "export_id"),
        _check("export_entry", "export_id_low", "export_id >= 1"),
        _check("export_entry", "row_count_low", "row_count >= 0"),
        *_truth("export_entry", "unmasked"),
    )


def upgrade() -> None:
    if not _on_sqlite():
        op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    _make_areas()
    _make_people()
    _make_hazards()
    _make_places()
    _make_pairings()
    _make_records()


def downgrade() -> None:
    raise NotImplementedError("there is nothing before the first revision: remove the workspace instead")
