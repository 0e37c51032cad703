"""Say in words why: codes and numbers become Chinese or English through one table of phrases.

A reason is kept as its codes with their numbers (`keep`) and said when somebody reads it (`spoken`): in whichever
language, and in the words of today.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from gridmap.phrases.places import PLACES

Language = Literal["zh", "en"]
Naming = Callable[[str, str], str]
"""What people read for an id, masked: (household, member or area; id) -> words."""
NAMED = {"household": "household", "member": "member", "other": "member", "area": "area"}
"""The numbers of a phrase that are ids, and of what."""

PHRASES: dict[str, tuple[str, str]] = {
    # how far
    "walk": ("步行 {metres:.0f} m", "{metres:.0f} m on foot"),
    "straight": ("步行约 {metres:.0f} m", "about {metres:.0f} m on foot"),
    "distance_unknown": ("距离未知", "distance unknown"),
    # how near
    "same_building": ("同楼栋", "same building"),
    "same_compound": ("同小区", "same compound"),
    "same_grid": ("同网格", "same grid"),
    "same_community": ("同社区", "same community"),
    # how the pairing came about
    "kept": ("沿用原包保", "kept"),
    "load": ("已包 {load}/{limit} 户", "looks after {load} of {limit}"),
    # why a place changes
    "was_empty": ("原来无人包", "nobody looked after it"),
    "cover_leave": ("原包保人请假", "the person before is on leave"),
    "cover_left": ("原包保人已离岗", "the person before has left"),
    "walks_less": ("路更近", "nearer"),
    "makes_room": ("腾出名额给其他户", "makes room for another household"),
    "gives_way": ("名额让给更急的户", "gives way to a more urgent household"),
    "undo": ("撤销方案 {proposal}", "undoes proposal {proposal}"),
    # two rows of one person
    "merged_moved": ("随重复登记 {merged} 并入", "came with the double entry {merged}"),
    "merged_doubled": ("与 {kept} 是同一人，此对重复，已结束", "one person with {kept}, who has this pairing already"),
    "merged_full": ("与 {kept} 是同一人，名额已满，已结束", "one person with {kept}, who has no room for it"),
    # roles
    "registered": ("报到党员", "registered member"),
    "community": ("社区党员", "community member"),
    "building": ("楼栋志愿者", "building volunteer"),
    "any": ("包保人", "member"),
    # why a place is empty
    "place_uncertain": ("住址未核实到位，无法就近包保", "the household's place is not known well enough"),
    "role_missing": ("没有在岗的{role}", "no {role} on duty"),
    "role_missing_here": ("本楼栋没有在岗的{role}", "no {role} on duty lives in the building"),
    "none_in_reach": ("{radius:.0f} m 内没有在岗的{role}", "no {role} on duty within {radius:.0f} m"),
    "own_limit": (
        "{radius:.0f} m 内的{role}都超出本人可走距离",
        "every {role} within {radius:.0f} m is beyond the own limit of distance",
    ),
    "banned": ("可及的{role}都被列为不可包保", "every {role} in reach is banned"),
    "all_full": ("可及的{role}都已包满", "every {role} in reach is full"),
    "no_other_person": ("可及的{role}都已在包本户", "every {role} in reach helps this household already"),
    "not_arranged": ("可及的{role}还有名额，尚未安排", "a {role} in reach has room but was not asked yet"),
    "not_proven": ("求解时间用尽，尚未排定", "the time ran out before this place was settled"),
    # the numbers behind it
    "nearest": ("最近 {metres:.0f} m", "nearest {metres:.0f} m"),
    "nearest_free": ("有名额的最近 {metres:.0f} m", "nearest with room {metres:.0f} m"),
    "nobody_farther": ("{metres:.0f} m 内也没有有名额的人", "nobody with room within {metres:.0f} m either"),
    "full_count": ("{count} 人已满", "{count} full"),
    "leave_count": ("{count} 人请假", "{count} on leave"),
    "own_limit_count": ("{count} 人超出本人可走距离", "{count} beyond their own limit"),
    "banned_count": ("{count} 人不可包保", "{count} banned"),
    # what would fill it
    "verify_place": ("核实住址到楼栋", "verify the address down to the building"),
    "recruit": ("增加一名{role}", "find one more {role}"),
    "recruit_here": ("在本楼栋发展一名{role}", "find a {role} in the building"),
    "widen": ("距离放宽到 {metres:.0f} m", "widen the radius to {metres:.0f} m"),
    "widen_own": ("{member} 的可走距离放宽到 {metres:.0f} m", "widen the own limit of {member} to {metres:.0f} m"),
    "lift_ban": ("允许 {member} 包保本户", "allow {member} to help this household"),
    "raise_capacity": ("{member} 增加 1 个名额", "give {member} one more place"),
    "call_back": ("{member} 销假返岗", "{member} comes back from leave"),
    "arrange": ("生成调整方案", "make a proposal"),
    "more_time": ("延长求解时间", "allow more time"),
    # why this person
    "settled_manual": ("人工指定", "named by hand"),
    "settled_imported": ("随名册导入", "came with the roster"),
    "settled_locked": ("已锁定", "locked"),
    "is_nearest": ("没有更近的人可包", "nobody who could help is nearer"),
    "better_with": ("最优方案改由 {member} 包", "the best plan would take {member} instead"),
    "better_without": ("最优方案不再由此人包", "the best plan would not take this person"),
    "better_settled": ("名额已由已定的包保占满", "settled pairings fill every place"),
    # why not somebody nearer
    "nearer_by": ("{member} 近 {metres:.0f} m", "{member} is {metres:.0f} m nearer"),
    "needed_by": (
        "但 {household} 更需要：否则改由 {other} 包，多走 {metres:.0f} m",
        "but {household} needs that person more: it would get {other}, {metres:.0f} m farther",
    ),
    "needed_as_near": (
        "但 {household} 更需要：否则改由 {other} 包",
        "but {household} needs that person more: it would get {other}",
    ),
    "only_one_for": (
        "但 {household} 只有此人可包，否则空缺",
        "but is the only one for {household}, whose place would be empty",
    ),
    "free_but": (
        "有名额，但算上换人、负担和偏好不合算",
        "has room, but counting the change, the load and the wishes it does not pay",
    ),
    "tie_by_id": ("一样好，按编号先后", "as good; ties go by id"),
    "also_moves": ("另牵动 {count} 户", "{count} more households would change hands"),
    "leaves_empty": ("{household} 将空缺一个名额", "a place of {household} would be empty"),
    # what a change does to the whole plan
    "costs_more": ("整体多 {metres:.0f} m", "{metres:.0f} m more in all"),
    "costs_less": ("整体少 {metres:.0f} m", "{metres:.0f} m less in all"),
    "costs_same": ("整体不变", "the same in all"),
    "places_fewer": ("{rank}名额少 {count} 个", "{count} fewer {rank} places filled"),
    "places_more": ("{rank}名额多 {count} 个", "{count} more {rank} places filled"),
    "rank_red": ("红级", "red"),
    "rank_yellow": ("黄级", "yellow"),
    "rank_green": ("绿级", "green"),
    "rank_red_further": ("红级户的后续", "further red"),
    "rank_yellow_further": ("黄级户的后续", "further yellow"),
    "rank_green_further": ("绿级户的后续", "further green"),
    # candidates
    "candidate_chosen": ("方案中已包本户", "helps this household in the plan"),
    "candidate_free": ("有名额（{load}/{limit}）", "has room ({load} of {limit})"),
    "candidate_full": ("已包满（{load}/{limit}）", "is full ({load} of {limit})"),
    "candidate_helping": ("已在本户承担另一角色", "helps this household in another place"),
    "candidate_own_limit": ("超出本人可走距离", "beyond the own limit of distance"),
    "candidate_settled": ("名额都被已定的包保占用", "every place is taken by settled pairings"),
    "candidate_banned": ("不可包保本户", "must not help this household"),
    "candidate_on_leave": ("请假中", "on leave"),
    # what is lost when somebody leaves
    "loss_nothing": ("{member} 现在不包户，离岗无影响", "{member} looks after nobody: nothing is lost"),
    "loss_covered": (
        "{member} 离岗，所包 {count} 户都能补上",
        "if {member} leaves, all {count} households get somebody else",
    ),
    "loss_empty": (
        "{member} 离岗，空缺 {count} 个名额，每户仍有人包",
        "if {member} leaves, {count} places are empty, but every household has somebody",
    ),
    "loss_nobody": (
        "{member} 离岗，空缺 {count} 个名额，其中 {nobody} 户完全没有人",
        "if {member} leaves, {count} places are empty and {nobody} households have nobody at all",
    ),
    "repair": ("最省的补法：改 {count} 对", "the cheapest repair changes {count} pairs"),
    "shift_taken": ("{household}：{member} → {other}", "{household}: {member} -> {other}"),
    "shift_lost": ("{household}：{member} → 无人", "{household}: {member} -> nobody"),
    "shift_gained": ("{household}：无人 → {other}", "{household}: nobody -> {other}"),
    # what one more place is worth
    "worth_places": ("多一名{role}可多排 {count} 个{rank}名额", "one more {role} fills {count} more {rank} places"),
    "worth_metres": ("多一名{role}整体少 {metres:.0f} m", "one more {role} saves {metres:.0f} m in all"),
    "worth_nothing": ("多一名{role}没有用处", "one more {role} is of no use"),
    # what stands in the way before anything is solved
    "nobody_serves": ("没有在岗的{role}：{count} 个名额都排不上", "no {role} is on duty: {count} places stay empty"),
    "radius_short": (
        "步行上限 {radius:.0f} m 太短：离得最近的{role}也有 {metres:.0f} m，{count} 个名额都排不上",
        "radius {radius:.0f} m is too short: the nearest {role} is {metres:.0f} m away, {count} places stay empty",
    ),
    "area_unreached": (
        "{radius:.0f} m 内没有在岗的{role}，{count} 户排不上。网格（户数）：{areas}",
        "no {role} on duty within {radius:.0f} m of {count} households. Grids (households): {areas}",
    ),
    "area_unserved": (
        "{buildings} 栋楼里没有在岗的{role}，{count} 户排不上。网格（户数）：{areas}",
        "no {role} on duty in {buildings} buildings with {count} households. Grids (households): {areas}",
    ),
    "people_short": (
        "每户要 {wanted} 名不同的包保人，在岗的只有 {count} 人",
        "{wanted} different people are wanted per household, only {count} are on duty",
    ),
    "places_short": (
        "{role}：要 {wanted} 个名额，在岗的人一共只有 {count} 个，至少空缺 {missing} 个",
        "{role}: {wanted} places are wanted, those on duty have {count} in all, at least {missing} stay empty",
    ),
    "own_radius_short": (
        "本人可走距离太短，一户也够不到：{members}",
        "the own limit of distance is too short for any household: {members}",
    ),
    "lock_role": ("已定的包保与角色不符：{pairings}", "settled in a role that the person does not hold: {pairings}"),
    "lock_building": (
        "已定的楼栋志愿者不住本楼栋：{pairings}",
        "settled building volunteers who do not live in the building: {pairings}",
    ),
    "lock_distance": ("已定的包保超出步行上限：{pairings}", "settled beyond the limit of distance: {pairings}"),
    "lock_banned": (
        "已定的包保又被列为不可包保，仍按已定的：{pairings}",
        "settled pairings that are banned as well; they stay: {pairings}",
    ),
    "lock_off_duty": (
        "锁定的包保，人不在岗或未落实到人，名额空着：{pairings}",
        "locked pairings whose person is off duty or unnamed; the place is empty: {pairings}",
    ),
    "lock_capacity": (
        "已定的户数超出名额：{member} 已定 {count} 户，名额 {limit} 个",
        "more settled than there is room for: {member} has {count}, may hold {limit}",
    ),
    "lock_places": (
        "已定的人数超出规则：{household} 已定 {count} 人，规则 {limit} 人",
        "more settled than the rules want: {household} has {count}, the rules want {limit}",
    ),
    **PLACES,
}  # fmt: skip
"""Code -> (Chinese, English)."""


def plain_id(_kind: str, name: str) -> str:
    """Say an id as it is."""
    return name


def tell(code: str, language: Language = "zh", **numbers: object) -> str:
    """Say a code with its numbers; `role` and `rank` are codes themselves, phrases among the numbers speak too."""
    at = 0 if language == "zh" else 1
    numbers = {name: _inner(value, language) for name, value in numbers.items()}
    for name in ("role", "rank"):
        if name in numbers:
            numbers[name] = PHRASES[str(numbers[name])][at]
    return PHRASES[code][at].format(**numbers)


@dataclass(frozen=True)
class Phrase:
    """A code of PHRASES with its numbers: what is said, before it is said in a language."""

    code: str
    numbers: Mapping[str, object] = field(default_factory=dict)

    def tell(self, language: Language = "zh", naming: Naming = plain_id) -> str:
        """Say it; NAMED lists which numbers are ids of what."""
        named = {
            name: naming(NAMED[name], str(value))
            for name, value in self.numbers.items()
            if name in NAMED and value is not None
        }
        return tell(self.code, language, **{**self.numbers, **named})

    def as_dict(self, naming: Naming = plain_id) -> dict[str, Any]:
        """Return it as JSON values, with its words in both languages."""
        said = {language: self.tell(language, naming) for language in ("zh", "en")}
        return {"code": self.code, "numbers": dict(self.numbers), **said}


def because(code: str, **numbers: object) -> Phrase:
    """Return a code with its numbers; a number may be a phrase, or a list of phrases or names."""
    return Phrase(code, numbers)


def _inner(value: object, language: Language) -> object:
    if isinstance(value, Phrase):
        return value.tell(language)
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(str(_inner(one, language)) for one in value)
    return value


def keep(said: Sequence[Phrase]) -> str:
    """Write reasons as they are kept: JSON of their codes with their numbers, each once."""
    once: list[Phrase] = []
    for one in said:
        if one not in once:
            once.append(one)
    return _WRITER.encode(once)


def _flat(said: object) -> dict[str, object]:
    if not isinstance(said, Phrase):
        raise TypeError(type(said))
    return {"code": said.code, **said.numbers}


_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_flat)
"""One for all: a city keeps tens of thousands of reasons at once."""


def _read(facts: dict[str, Any]) -> Phrase:
    return Phrase(facts.pop("code"), facts)


def spoken(kept: str, language: Language = "zh") -> str:
    """Say kept reasons in a language; the text of an older version, or of a person, is said as it is."""
    if not kept.startswith('[{"code":'):
        return kept
    return join([one.tell(language) for one in json.loads(kept, object_hook=_read)], language)


def join(parts: list[str], language: Language = "zh") -> str:
    """Put parts of a reason behind each other."""
    return ("；" if language == "zh" else "; ").join(parts)


def either(parts: list[str], language: Language = "zh") -> str:
    """Put ways to choose from behind each other."""
    return ("，或 " if language == "zh" else ", or ").join(parts)
