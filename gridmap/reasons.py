"""Say in words why: codes and numbers become Chinese or English through one table of phrases."""

from typing import Literal

Language = Literal["zh", "en"]

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
    "not_proven": ("求解时间用尽，尚未排定", "the time ran out before this place was settled"),
    # the numbers behind it
    "nearest": ("最近 {metres:.0f} m", "nearest {metres:.0f} m"),
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
    "more_time": ("延长求解时间", "allow more time"),
    # candidates: why this person and not that one
    "candidate_chosen": ("已包本户", "helps this household"),
    "candidate_tie": ("可包，与现方案同样好", "free and as good"),
    "candidate_free": (
        "可包，但整体代价至少增加 {metres:.0f} m",
        "free, but the plan would cost {metres:.0f} m more at least",
    ),
    "candidate_swap": (
        "已包满：换给本户，别处将空缺一个同样或更紧迫的名额",
        "full: helping here would leave a place empty that is as urgent or more",
    ),
    "candidate_needed": (
        "名额留给了别的户：换来整体代价至少增加 {metres:.0f} m",
        "needed elsewhere: helping here would cost the plan {metres:.0f} m more at least",
    ),
    "candidate_needed_for_place": (
        "名额留给了别的户：换来将有一处空缺",
        "needed elsewhere: helping here would leave a place empty",
    ),
    "candidate_helping": ("已在本户承担另一角色", "helps this household in another place"),
    "candidate_own_limit": ("超出本人可走距离", "beyond the own limit of distance"),
    "candidate_banned": ("不可包保本户", "must not help this household"),
    "candidate_on_leave": ("请假中", "on leave"),
}  # fmt: skip
"""Code -> (Chinese, English)."""


def tell(code: str, language: Language = "zh", **numbers: object) -> str:
    """Say a code with its numbers; `role` may be the code of a role."""
    at = 0 if language == "zh" else 1
    if "role" in numbers:
        numbers["role"] = PHRASES[str(numbers["role"])][at]
    return PHRASES[code][at].format(**numbers)


def join(parts: list[str], language: Language = "zh") -> str:
    """Put parts of a reason behind each other."""
    return ("；" if language == "zh" else "; ").join(parts)
