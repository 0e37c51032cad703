"""What people read where one row is shown in clear."""

REVEAL = {
    "reveal.open": ("查看明文", "Show in clear"),
    "reveal.hint": (
        "只显示这一条；谁、何时、为什么都记入审计日志。",
        "This row only; who looked, when and why goes into the audit log.",
    ),
    "reveal.reason": ("为什么要看？", "Why do you need it?"),
    "reveal.show": ("显示", "Show"),
    "reveal.done": (
        "已记入审计日志，理由：{reason}。离开或刷新本页后不再显示。",
        "Logged, with your reason: {reason}. It is gone when you leave or reload this page.",
    ),
    "reveal.hide": ("收起明文", "Hide it again"),
    "reveal.failed": ("没有显示", "Not shown"),
    "reveal.empty": ("未登记", "not on record"),
    "reveal.column.name": ("姓名", "Name"),
    "reveal.column.phone": ("电话", "Telephone"),
    "reveal.column.id_no": ("身份证号", "Identity number"),
    "reveal.column.birth": ("出生日期", "Day of birth"),
    "reveal.column.address": ("地址", "Address"),
}
