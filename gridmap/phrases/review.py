"""What Gridmap says about reviewing places and about the coordinates that come with ledgers."""

REVIEW = {
    # decisions
    "review.no_household": ("没有住户“{person}”", "There is no household {person!r}"),
    "review.no_member": ("没有包保人“{person}”", "There is no member {person!r}"),
    "review.no_decision": ("没有核对记录“{decision}”", "There is no decision {decision!r}"),
    "review.undone": ("核对记录 {decision} 已经撤销过", "Decision {decision} was undone before"),
    "review.stale": (
        "“{person}”这一条在显示之后有了变动：请再看一遍",
        "The row of {person!r} has changed since it was shown: look at it again",
    ),
    "review.standard": (
        "这一条有统一标准地址编码，以编码为准：编码有错请在台账里改",
        "The row has a standard address id, which decides: correct it in the ledger",
    ),
    "review.no_place": ("“{target}”不在图上", "{target!r} is not a place on the map"),
    "review.pin_empty": ("定点需要经度和纬度", "A pin needs longitude and latitude"),
    "review.pin_far": ("定点远在城市之外：请重新定点", "The pin lies far outside the city: put it on the map again"),
    "review.learn_house": (
        "叫法只能对应楼栋：请把点定在楼上",
        "A name can only be learned for a building: put the pin on one",
    ),
    "review.learn_name": (
        "只有写出来的小区名或地点才能记住，并且要指楼栋或小区",
        "Only a written name or place can stand for a building or compound from now on",
    ),
    "review.refused_row": ("第 {row} 条：{said}", "{row}: {said}"),
    # the table
    "review.ending": ("{file}：请用 .csv 或 .xlsx 结尾的文件名", "{file}: choose a name that ends in .csv or .xlsx"),
    "review.column": (
        "第一行没有这一列：请用 {command} 重新导出",
        "the first row lacks this column: write the table anew with `{command}`",
    ),
    "review.no_id": ("为空，不知道是谁的", "is empty, so nobody knows whose row it is"),
    "review.twice": ("第 {first} 行已经选过：请只留一行", "was chosen in row {first} already: keep one of the two"),
    "review.choice": (
        "“{written}”不是可用的选择：请写候选编号、1记、不是1、0，或经度,纬度",
        "{written!r} is no choice: write a candidate's number, 1记, 不是1, 0, or longitude,latitude",
    ),
    "review.choice.count": (
        "“{written}”指的候选这一行没有（共 {count} 个）",
        "{written!r} names a candidate that the row does not have (it has {count})",
    ),
    "review.choice.earth": (
        "“{written}”不是地球上的位置：请写经度,纬度，如 115.034,30.212",
        "{written!r} is no place on earth: write longitude,latitude such as 115.034,30.212",
    ),
    # coordinates of ledgers
    "points.zero": ("坐标为 0：已留空", "has 0 for a coordinate: left empty"),
    "points.repeated": (
        "{rows} 行共用 {count} 个坐标，每个超过 {most} 行：是同一栋楼，还是程序填的默认值？",
        "{rows} rows share {count} points, each with more than {most} rows: a house, or a default of some program?",
    ),
    "points.alone": (
        "坐标属于哪种坐标系要和城市图层对照才知道：请检查 CITY.toml",
        "what its coordinates are shows against a city: check its CITY.toml",
    ),
    "points.fit": ("{share:.0%} {words}", "{share:.0%} {words}"),
    "points.tells": (
        "能与地址或社区核对的 {judged} 行中相符的：{fits}",
        "of {judged} rows that could be checked against their address or community fit: {fits}",
    ),
    "points.no_fit": ("无", "none"),
    "points.words": ("{kind}", "{kind}"),
    "points.words.swapped": ("{kind}，两列次序相反", "{kind}, the two columns in the other order"),
    "points.setting": ("{setting}", "{setting}"),
    "points.setting.swapped": (
        "{setting}，并把 lon 和 lat 对调",
        "{setting}, and give lon and lat the other column",
    ),
    "points.read": (
        "坐标按{words}读取：{tells}。要确定下来，请写 {setting}",
        "coordinates read as {words}: {tells}. To settle it, write {setting}",
    ),
    "points.mixed": (
        "一个文件里有两种坐标：{rows} 行是{words}；请另存一个文件并写 {setting}",
        "two sources in one file: rows {rows} are {words}; make them a file of their own with {setting}",
    ),
    "points.mixed.open": (
        "两种坐标混在一起，{rows} 行分不清：其坐标不采用",
        "of two sources in one file rows {rows} could be either: their coordinates are not used",
    ),
    "points.mixed.declared": (
        "已按声明读取，但文件里混有两种坐标：{rows} 行像{words}",
        "read as declared, but it mixes two sources: rows {rows} look like {words}",
    ),
    "points.shifted": (
        (
            "所有点相对地址偏东 {east:+.0f} 米、偏北 {north:+.0f} 米，不是已知的坐标系差：不作改动，坐标不采用；"
            "请问清来源，再写 crs 或 datum"
        ),
        (
            "all points lie {east:+.0f} m east and {north:+.0f} m north of their addresses, which is no system that is "
            "known: nothing is taken off, the coordinates are not used; ask where they come from, then declare crs or "
            "datum"
        ),
    ),
    "points.shifted.declared": (
        "已按声明读取，但所有点相对地址偏东 {east:+.0f} 米、偏北 {north:+.0f} 米：请问清来源",
        (
            "read as declared, but all points lie {east:+.0f} m east and {north:+.0f} m north of their addresses: ask "
            "where they come from"
        ),
    ),
    "points.unclear": (
        "{why}，定不了坐标系（{tells}）：{then}；请写 datum = \"gcj02\"、\"bd09\" 或 \"wgs84\"，或 crs = 'EPSG:...'",
        (
            '{why} to tell the coordinate system ({tells}): {then}; write datum = "gcj02", "bd09" or "wgs84", or '
            "crs = 'EPSG:...'"
        ),
    ),
    "points.ask": (
        "{why}，定不了坐标系（{tells}）：请选定“坐标是什么”再导入；不用坐标也可以选（命令行：--points gcj02 或 none）",
        (
            "{why} to tell the coordinate system ({tells}): say what the coordinates are before the file is brought "
            "in, or that they shall not be used (at the terminal: --points gcj02, or none)"
        ),
    ),
    "points.reading": (
        "“{text}”不是坐标的读法：请用 wgs84、gcj02、bd09、EPSG:4547 或 none，两列相反时加 swapped",
        "{text!r} is no reading of coordinates: use wgs84, gcj02, bd09, EPSG:4547 or none, if need be with swapped",
    ),
    "points.told": ("坐标按指定的{words}读取", "the coordinates are read as {words}, as somebody said"),
    "points.left": (
        "坐标按指定不采用，以地址为准",
        "the coordinates are not used, as somebody said; the addresses decide",
    ),
    "points.why.few": ("行数太少", "too few rows"),
    "points.why.close": ("没有一种读法突出", "no reading stands out"),
    "points.then.kept": ("坐标照原样采用", "they are used as they are"),
    "points.then.dropped": ("坐标不采用，以地址为准", "they are not used, the addresses decide"),
    "points.contradicted": (
        "已按声明读取，但{tells}。如果属实，请写 {setting}",
        "read as declared, but {tells}. If that is right, write {setting}",
    ),
}  # fmt: skip
