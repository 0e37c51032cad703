"""What Gridmap says about cells, rows and the forms of requests."""

VALUES = {
    # cells that cannot be read
    "value": ("{value} {said}", "{value} {said}"),
    "value.left_empty": ("{value} {said}（已留空）", "{value} {said} (left empty)"),
    "value.parts": ("其中 {parts} {said}", "of which {parts} {said}"),
    "value.whole": ("不是整数：请写数字", "is no whole number: write digits"),
    "value.number": ("不是数：请写数字和小数点", "is no number: write digits with a point"),
    "value.yes_no": ("既不是“是”也不是“否”：请写 是 或 否", "is neither yes nor no: write 是 or 否"),
    "value.date": ("不是日期：请写成 1950-01-31 的形式", "is no date: write it like 1950-01-31"),
    "value.no_day": (
        "日历上没有这一天：请写成 1950-01-31 的形式",
        "is no day of the calendar: write it like 1950-01-31",
    ),
    "value.id_no.length": ("不是 15 位或 18 位：请对照证件", "has not 15 or 18 digits: check it against the card"),
    "value.id_no.digit": ("校验位不对：请对照证件", "has a wrong check digit: check it against the card"),
    "value.phone": (
        "不是电话号码：应为 11 位手机号，或区号加 7、8 位号码",
        "is no telephone number: 11 digits, or area code and 7 or 8 digits",
    ),
    "value.one_of": (
        "不是 {known} 之一：请在 `values` 里写明含义",
        "is none of {known}: say what it means under `values`",
    ),
    "value.sex": ("既不是“男”也不是“女”：请写其中之一", "is neither 男 nor 女: write one of them"),
    "value.below": ("小于 {limit:g}：请核对", "is below {limit:g}: check it"),
    "value.above": ("大于 {limit:g}：请核对", "is above {limit:g}: check it"),
    "value.longer": ("超过 {limit} 个字符：请缩短", "has more than {limit} characters: shorten it"),
    "value.longer.left_empty": (
        "超过 {limit} 个字符：请缩短（已留空）",
        "has more than {limit} characters: shorten it (left empty)",
    ),
    "value.coordinates": ("坐标不是数字：已留空", "has coordinates that are no numbers: left empty"),
    "value.leave_to": ("请假结束早于开始：结束日期已留空", "leave ends before it begins: the end was left empty"),
    "value.missing.row": ("没有 {column}：这一行未采用", "has no {column}: row left out"),
    # ids
    "id.damaged_by_excel": (
        "末尾数字被 Excel 丢失：请把单元格设为文本格式后重新填写",
        "lost its last digits in Excel: type it again in a cell formatted as text",
    ),
    "id.damaged_by_excel.id": (
        "{written!r} 在电子表格里丢了数字：请把该列设为文本格式后重新填写",
        "{written!r} lost digits in a spreadsheet: format the column as text and fill it in again",
    ),
    "id.repaired_by_excel": (
        "{written!r} 被写成了数字：已按 {read!r} 读取",
        "{written!r} was written as a number: read as {read!r}",
    ),
    "id.missing": ("没有编号：{remedy}", "has no id: {remedy}"),
    "id.duplicate": ("{id!r} 出现两次：{remedy}", "{id!r} occurs twice: {remedy}"),
    "id.duplicate.file": ("{id!r} 在 {file} 里也有", "{id!r} stands in {file} as well"),
    "remedy.numbered": ("已编号", "was given a number"),
    "remedy.number_it": (
        "请给每行各自的编号，或设 duplicate_ids = 'number'",
        "give each row its own, or set duplicate_ids = 'number'",
    ),
    "reference.unknown": ("没有{noun}{id!r}：{remedy}", "there is no {noun} {id!r}: {remedy}"),
    "household.joined": (
        "{people} 人按户号合并为 {households} 户",
        "{people} people were joined to {households} households by their household number",
    ),
    "household.two_addresses": (
        "地址与本户第一行不同：保留第一行的地址",
        "has another address than the first row of its household: the first was kept",
    ),
    # the last check, before anything is stored
    "the_shape": ("图形", "the shape"),
    "value.missing": ("为空：请填写", "is empty: fill it in"),
    "value.type": ("{value} 不是{wanted}", "{value} is not {wanted}"),
    "type.bool": ("真或假", "true or false"),
    "type.int": ("整数", "a whole number"),
    "type.float": ("数字", "a number"),
    "type.date": ("日期，如 2026-11-24", "a day such as 2026-11-24"),
    "type.datetime": ("时间，如 2026-11-24T08:30:00Z", "a time such as 2026-11-24T08:30:00Z"),
    "type.text": ("能写成 UTF-8 的文字", "text that can be written as UTF-8"),
    "type.geometry": ("图形", "a geometry"),
    "key.duplicate": ("出现两次：请给每行各自的值", "occurs twice: give each row its own"),
    "value.unknown": ("不是 {known} 之一", "is none of {known}"),
    "value.nul": (
        "含有 NUL 字符，任何数据库都不保存：请删除",
        "holds a NUL character, which no database keeps: delete it",
    ),
    "value.infinite": ("不是有限的数", "is not a finite number"),
    "value.low": ("小于 {limit:g}", "is below {limit:g}"),
    "value.high": ("大于 {limit:g}", "is above {limit:g}"),
    "value.long": ("超过 {limit} 个字符", "has more than {limit} characters"),
    "geometry.wanted": (
        "不是 {wanted}：请重新绘制，或去掉这一行",
        "is not {wanted}: draw it again or leave the row out",
    ),
    "geometry.heights": ("带高程：请去掉", "has heights: drop them"),
    "geometry.no_points": ("是空图形：请绘制，或去掉这一行", "is an empty geometry: draw it or leave the row out"),
    "geometry.invalid": ("自相交：请在绘图软件里修复", "crosses itself: repair it in the drawing program"),
    "geometry.crs": ("坐标系是 {crs}：请转换为 {wanted}", "is in {crs}: convert it to {wanted}"),
    "column.unknown": ("不是这类数据的列", "is not a column of this noun"),
}
