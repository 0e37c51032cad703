"""What Gridmap says about rows that may be one person."""

PEOPLE = {
    "emergency.missing": ("没有应急状态“{name}”", "There is no emergency {name!r}"),
    "emergency.no_area": (
        "没有区县、街道、社区或网格“{area}”",
        "There is no district, street, community or grid {area!r}",
    ),
    "emergency.same_person": (
        "{name} 要由另一个人确认，不能是申请人自己",
        "{name} is to be confirmed by somebody else than who asked for it",
    ),
    "emergency.not_asked": ("{name} 不在等待确认", "{name} does not wait to be confirmed"),
    "emergency.not_active": ("{name} 未开启，或已结束", "{name} is not open, or is over"),
    "emergency.not_over": ("{name} 还没有结束，或已复核", "{name} is not over yet, or was reviewed"),
    "legal_basis.no_consent": (
        "“{household}”不是以同意为依据，没有可撤回的同意",
        "{household!r} is not kept on consent, so there is none to withdraw",
    ),
    "merge.missing": ("没有合并记录“{merge}”", "There is no decision {merge!r} about double entries"),
    "merge.undone": ("合并记录 {merge} 已经撤销过", "Decision {merge} was undone before"),
    "merge.choice": (
        "“{written}”不是可用的选择：请写 甲、乙（同一人，保留哪条）、是，或 不是",
        "{written!r} is no choice: write 甲 or 乙 (one person, and which row to keep), 是, or 不是",
    ),
    "merge.itself": ("同一条登记不能与自己比较：{person}", "A row cannot be judged beside itself: {person}"),
    "merge.into": (
        "“{person}”已并入“{kept}”：请先撤销 {merge}，或直接处理“{kept}”",
        "{person!r} is merged into {kept!r}: undo {merge} first, or judge {kept!r} instead",
    ),
    "merge.judged": (
        "这两条已经判断过（{merge}）：要改请先撤销",
        "These two were judged before ({merge}): undo that first to decide anew",
    ),
    "merge.stale": (
        "“{first}”或“{second}”在显示之后有了变动：请再看一遍",
        "{first!r} or {second!r} has changed since they were shown: look at them again",
    ),
    "merge.kept_gone": (
        "{merge}：这次没有带来保留的“{kept}”，并入它的“{merged}”重新单独计入；“{kept}”再出现时仍合并",
        (
            "{merge}: the kept row {kept!r} was not brought, so {merged!r} counts by itself again; the merge holds "
            "once {kept!r} is back"
        ),
    ),
    "merge.fact_changed": (
        "{column}：合并后有人改过，保持现在的内容",
        "{column}: was changed after the merge and stays as it is",
    ),
    "merge.pairing_changed": (
        "包保 {pairing}：合并后又变过，保持现在的安排",
        "pairing {pairing}: was changed after the merge and stays as it is",
    ),
    "merge.done.same": ("{merge}：{merged} 已并入 {kept}", "{merge}: {merged} is merged into {kept}"),
    "merge.done.different": (
        "{merge}：{kept} 与 {merged} 是两个人，不再询问",
        "{merge}: {kept} and {merged} are two people and will not be asked about again",
    ),
    "merge.done.undone": (
        "{merge} 已撤销：{kept} 与 {merged} 恢复单独计入",
        "{merge} is undone: {kept} and {merged} count by themselves again",
    ),
    "merge.again_gone": (
        "“{person}”已不在名册里，没有可恢复的登记",
        "{person!r} is in the ledger no longer, so there is no row to bring back",
    ),
}  # fmt: skip
