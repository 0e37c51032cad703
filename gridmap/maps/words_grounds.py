"""What people read about the ground on which a household is kept."""

GROUNDS = {
    "ground.head": ("合法性基础", "Legal basis"),
    "ground.consent": ("本人同意", "consent"),
    "ground.statutory_duty": ("法定职责", "statutory duty"),
    "ground.told": ("{basis} · {day} 告知 · {purpose}", "{basis} · told on {day} · {purpose}"),
    "ground.lacks": ("包保人看不到这一户：{what}。", "No member is shown this household: {what}."),
    "ground.lacks.basis": ("没有登记合法性基础", "no legal basis is on record"),
    "ground.lacks.notice": ("没有登记告知日期，或日期未到", "there is no day of notice, or it lies ahead"),
    "ground.lacks.purpose": ("没有登记处理目的", "no purpose is on record"),
    "ground.lacks.withdrawn": ("已撤回同意", "consent is withdrawn"),
    "ground.record": ("登记", "Record"),
    "ground.basis": ("依据", "Basis"),
    "ground.notice": ("告知日期", "Day of notice"),
    "ground.purpose": ("处理目的", "Purpose"),
    "ground.save": ("保存", "Save"),
    "ground.withdraw": ("撤回同意", "Consent withdrawn"),
    "ground.from": ("自哪天起", "From which day on"),
    "ground.withdraw_hint": (
        "从这天起，包保人看不到这一户；是否继续包保由社区决定。",
        "From that day on no member is shown this household; whether to go on is for the community.",
    ),
    "ground.failed": ("没有保存", "Not kept"),
    "ground.lacking_count": (
        "{n} 户没有合法性基础（依据、告知日期、用途不全），包保人看不到。",
        "{n} households lack a legal basis, a day of notice or a purpose: no member is shown them.",
    ),
    "ground.show_lacking": ("看这些户", "Show them"),
    "ground.withheld": (
        "您结对的 {n} 户还没有登记合法性基础，或已撤回同意，因此不显示。请联系社区。",
        "{n} of your households are not shown: no legal basis is on record, or it was withdrawn. Ask the community.",
    ),
    "today.grounds": ("没有合法性基础", "Without a legal basis"),
    "today.tile.grounds": ("户没有合法性基础", "without a legal basis"),
    "today.tile.hidden": ("包保人看不到", "not shown to members"),
    "today.none.grounds": ("每户都有合法性基础。", "Every household has a legal basis."),
}
