"""What Gridmap says about files, settings and shapes; docs/problems.md explains the codes."""

FILES = {
    # any file
    "more": (
        "共 {count} 处：除已列出的 {shown} 处外，还有 {rest} 处相同的问题",
        "{count} times in all: {rest} more rows like the {shown} shown",
    ),
    "file.missing": ("不是文件：请检查路径", "is no file: check the path"),
    "file.missing.source": ("没有文件“{path}”：请检查路径", "there is no file {path!r}: check the path"),
    "file.kind": ("不是能读取的文件类型：可用 {known}", "is no kind of file that is read here: {known}"),
    "file.side": ("是 Shapefile 的组成部分：请检查 .shp", "belongs to a Shapefile: check the .shp"),
    "file.empty": ("是空文件：请重新发送", "is empty: send it again"),
    "file.unreadable": ("无法读取：{error}", "cannot be read: {error}"),
    "file.unreadable.rights": ("打不开（{error}）：请检查权限", "cannot be opened ({error}): check the rights"),
    "file.unreadable.parquet": ("不是 Parquet 文件，或已损坏：{error}", "is no Parquet file, or a broken one: {error}"),
    "file.unreadable.zip": ("不是 zip 文件，或已损坏：请重新发送", "is no zip file, or a broken one: send it again"),
    "file.unreadable.zip_empty": (
        "里面没有可读的图层：请压缩 Shapefile 或 GeoPackage",
        "holds no layer that can be read: zip a Shapefile or a GeoPackage",
    ),
    "file.unreadable.csv": ("不是 CSV 表格：{error}", "is no CSV table: {error}"),
    "file.unreadable.workbook": ("不是工作簿，或已损坏：{error}", "is no workbook, or a broken one: {error}"),
    "file.not_geo": (
        "是没有 WKB 几何的 Parquet：请另存为 GeoParquet",
        "is Parquet without WKB geometry: save it as GeoParquet",
    ),
    "file.warning": ("读取程序提示：{text}", "the reader says: {text}"),
    "file.facts.table": (
        "{kind} 表格，文字编码 {encoding}，{count} 行；按 {noun} 读取：{fed}",
        "{kind} table, text {encoding}, {count} rows; read as {noun}: {fed}",
    ),
    "file.facts.layer": (
        "{driver}，{crs}，文字编码 {encoding}，{count} 行：{shapes}；列：{columns}",
        "{driver}, {crs}, text {encoding}, {count} rows: {shapes}; columns: {columns}",
    ),
    "facts.no_header": ("没有认识的表头", "no header is known"),
    "facts.no_crs": ("未声明坐标系", "no coordinate system declared"),
    "facts.no_columns": ("无", "none"),
    "facts.count": ("{count} 个{kind}", "{count} {kind}"),
    "facts.no_shapes": ("没有图形", "no shapes"),
    "facts.no_shape": ("空图形", "no shape"),
    # text
    "encoding.unknown": (
        "既不是 UTF-8 也不是 GB18030：请在设置里写明编码，或另存为 UTF-8",
        "is neither UTF-8 nor GB18030: name its encoding in the settings, or save it as UTF-8",
    ),
    "encoding.unknown.declared": (
        "不是 {declared}：第 {line} 行有不符的字节",
        "is not {declared}: line {line} has a byte that does not fit",
    ),
    "encoding.unknown.name": (
        "“{declared}”不是 Python 认识的编码：请试 utf-8 或 gb18030",
        "{declared!r} is no encoding that Python knows: try utf-8 or gb18030",
    ),
    "encoding.unknown.text": ("其文字{error}", "its text {error}"),
    "encoding.wrong": ("其文字不是 {encoding}：请写明编码", "its text is not {encoding}: name the encoding"),
    "encoding.mended": (
        "{cpg}，但文字是 {actual}：已按 {actual} 读取",
        "{cpg}, but the text is {actual}: read as {actual}",
    ),
    "cpg.says": ("其 .cpg 写的是 {label}", "its .cpg says {label}"),
    "cpg.none": ("没有 .cpg", "it has no .cpg"),
    "encoding.detected": ("文字按 {encoding} 读取", "its text was read as {encoding}"),
    # layers, sheets and their rows
    "layer.unknown": ("没有图层“{layer}”：其中有 {names}", "has no layer {layer!r}: it has {names}"),
    "layer.none": ("没有图层：请重新发送", "has no layer: send it again"),
    "layer.several": (
        "有多个图层：请用 layer = ... 指定一个：{names}",
        "has several layers: name one as layer = ...: {names}",
    ),
    "layer.several.files": (
        "有多个文件：请用 layer = ... 指定一个：{names}",
        "holds several files: name one as layer = ...: {names}",
    ),
    "layer.empty": ("没有数据行", "has no rows"),
    "layer.empty.source": ("没有数据行：请检查图层", "has no rows: check the layer"),
    "layer.empty.filter": (
        "过滤后没有数据行：请检查图层和过滤条件",
        "has no rows that the filter keeps: check the layer and the filter",
    ),
    "where.invalid": ("过滤条件“{where}”无法使用：{error}", "the filter {where!r} does not work: {error}"),
    "sheet.unknown": ("没有工作表“{sheet}”：其中有 {names}", "has no sheet {sheet!r}: it has {names}"),
    "sheet.none": (
        "没有带已知表头的工作表：请在设置里写明列名",
        "has no sheet with headers that we know: name the columns in the settings",
    ),
    "sheet.skipped": ("没有已知表头的工作表未读取：{names}", "sheets without known headers were not read: {names}"),
    "table.title_rows": (
        "表头上方有 {count} 行标题：不作数据读取",
        "{count} title rows above the header: not read as data",
    ),
    "table.notes_row": ("是对列的说明：不作数据读取", "explains the columns: not read as data"),
    "table.total_row": ("是合计行：不作数据读取", "is a total: not read as data"),
    "table.form_row": ("是表格的格式行：不作数据读取", "is a line of the form: not read as data"),
    "column.missing": ("没有供 {ours} 使用的列“{name}”：{near}", "there is no column {name!r} for {ours}: {near}"),
    "column.unused": ("未使用的列：{names}", "columns that are not used: {names}"),
    "near.one": ("是否指“{name}”？", "did you mean {name!r}?"),
    "near.all": ("现有 {names}", "it has {names}"),
    "near.keys": ("此处可用的键：{names}", "known keys here: {names}"),
    # settings
    "settings.encoding": ("不是 UTF-8：请另存为 UTF-8", "is not UTF-8: save it as UTF-8"),
    "settings.missing": ("没有文件 {name}：请检查路径", "there is no file {name}: check the path"),
    "settings.missing.rights": (
        "打不开（{error}）：请检查路径和权限",
        "cannot be opened ({error}): check the path and the rights",
    ),
    "settings.syntax": ("{error}：请修改这一行", "{error}: mend the line"),
    "settings.unknown_key": ("没有键“{name}”：{near}", "there is no key {name!r}: {near}"),
    "settings.missing_key": ("缺少键“{name}”：请补写", "the key {name!r} is missing: write it down"),
    "settings.value": ("“{name}”的值是 {shown}，但{wrong}", "{name!r} is {shown}, but {wrong}"),
    "settings.file_missing": (
        "没有文件“{path}”：相对路径以 {city} 所在文件夹为准",
        "there is no file {path!r}: paths count from the folder of {city}",
    ),
    "settings.contradiction.own_grids": (
        "本市已有网格：请去掉 [generated_grid] 或网格数据源",
        "the city has grids of its own: leave out [generated_grid] or the grid source",
    ),
    "settings.contradiction.no_community": (
        "网格由社区划分而成：请加上 level = 'community' 的 [[areas]]",
        "grids are cut from communities: add [[areas]] with level = 'community'",
    ),
    "settings.contradiction.order": (
        "每一级只写一次，从大到小：{order}",
        "name each level once, from the largest: {order}",
    ),
    "settings.contradiction.no_areas": (
        "没有 level = '{level}' 的 [[areas]]：请补上，或去掉这一级",
        "no [[areas]] has level = '{level}': add it or leave the level out",
    ),
    "settings.contradiction.level": (
        "hierarchy 里没有“{level}”：请补上，或去掉这一项",
        "'{level}' is not in hierarchy: add it there or leave it out",
    ),
    "settings.contradiction.column": ("{noun} 没有列“{name}”：{near}", "a {noun} has no column {name!r}: {near}"),
    "settings.contradiction.building_name": (
        "楼栋没有名称：请用 columns = {{ number = ... }} 或 {{ address = ... }}",
        "a building has no name: use columns = {{ number = ... }} or {{ address = ... }}",
    ),
    "season.backwards": (
        "汛期的结束早于开始：请把两个月份对调",
        "the flood season ends before it begins: swap its months",
    ),
    "warning.zone": (
        "{name} 要写时区，如 2026-07-01T08:00:00+08:00",
        "{name} needs a time zone, as in 2026-07-01T08:00:00+08:00",
    ),
    "warning.area": (
        "没有编号为“{area}”的辖区：请写区县、街道、社区或网格的编号",
        "no area has the id {area!r}: write the id of a district, street, community or grid",
    ),
    "warning.backwards": ("预警的结束早于开始：请把两个时间对调", "the warning ends before it begins: swap its times"),
    # coordinate systems
    "crs.unknown": ("{why}：请在设置里写 crs = 'EPSG:...'", "{why}: write crs = 'EPSG:...' in the settings"),
    "crs.unknown.guess": (
        "{why}（{guess}）：请在设置里写 crs = 'EPSG:...'",
        "{why} ({guess}): write crs = 'EPSG:...' in the settings",
    ),
    "crs.guessed": (
        "{why}：{guess}；已按 {crs} 读取。如有误，请写 crs = 'EPSG:...'",
        "{why}: {guess}; read as {crs}. If that is wrong, write crs = 'EPSG:...'",
    ),
    "why.no_degrees": ("文件声明为经纬度，但数值不是", "the file declares degrees, but its numbers are none"),
    "why.undeclared": ("未声明坐标系", "no coordinate system is declared"),
    "crs.overridden": (
        "文件声明为 {declared}；按设置以 {crs} 读取",
        "declares {declared}; read as {crs}, as the settings say",
    ),
    "crs.not_degrees": (
        "（{lon}, {lat}）不是经纬度：请写明坐标系",
        "({lon}, {lat}) is no longitude and latitude in degrees: declare the coordinate system",
    ),
    "crs.not_known": (
        "“{crs}”不是 PROJ 认识的坐标系：请写成 'EPSG:4547' 的形式",
        "{crs!r} is no coordinate system that PROJ knows: write it as 'EPSG:4547'",
    ),
    "crs.to_wgs84": (
        "to_wgs84 有 {count} 个值：请给 3 个平移参数，或含旋转和尺度的 7 个参数",
        "to_wgs84 has {count} values: give 3 shifts, or 7 with rotations and scale",
    ),
    "crs.refused": (
        (
            "{system} 以 {datum} 为基准，与 CGCS2000 相差数十米以上，转换参数不公开："
            "请索取 CGCS2000 数据，或自行提供 to_wgs84（3 或 7 个参数）"
        ),
        (
            "{system} stands on {datum}, which lies tens of metres and more off CGCS2000 by parameters that are "
            "not public: ask for the data in CGCS2000, or give your own to_wgs84 (3 or 7 parameters)"
        ),
    ),
    # shapes; `row` names the row, or says nothing
    "row": ("{row}{said}", "{row} {said}"),
    "geometry.unclosed": ("有未闭合的环：已闭合", "had a ring that is not closed: it was closed"),
    "geometry.too_few_points": ("点数太少：未采用", "has too few points for its kind: left out"),
    "geometry.null": ("没有图形：未采用；请绘制", "has no shape: left out; draw it"),
    "geometry.empty": ("是空图形：未采用；请绘制", "is empty: left out; draw it"),
    "geometry.z": (
        "{count} 个图形带高程或测量值：已去掉",
        "{count} shapes have heights or measures: they were dropped",
    ),
    "geometry.measured": ("带 M 值：已去掉", "has M values: they were left out"),
    "geometry.curved": ("带弧线：已改为短直线", "has arcs: they were drawn as short straight lines"),
    "geometry.not_finite": (
        "有不是数字或无法换算的坐标：未采用",
        "has a coordinate that is no number or cannot be converted: left out",
    ),
    "geometry.outside": (
        "落在地球之外：未采用；请写明坐标系",
        "lies outside the world: left out; declare the coordinate system",
    ),
    "geometry.mixed": ("混有多种图形：只保留了其中的面", "mixes kinds of shapes: only its polygons were kept"),
    "geometry.type": ("是{kind}，不是{wanted}：未采用", "is {kind}, not {wanted}: left out"),
    "geometry.repaired": ("已修复：{reason}", "was repaired: {reason}"),
    "geometry.no_area": ("没有围成面积：未采用；请重新绘制", "encloses no area: left out; draw it again"),
    "geometry.no_length": ("没有长度：未采用", "has no length: left out"),
    "geometry.none": (
        "没有图形，而 {noun} 需要图形：请指定图层文件",
        "has no shapes, but a {noun} needs one: name a layer file",
    ),
    "wanted.area": ("面", "a polygon"),
    "wanted.line": ("线", "a line"),
    "wanted.point": ("点", "a point"),
    "wanted.any": ("点、线或面", "a point, a line or a polygon"),
    "shape.Point": ("点", "a Point"),
    "shape.MultiPoint": ("多点", "a MultiPoint"),
    "shape.LineString": ("线", "a LineString"),
    "shape.LinearRing": ("线环", "a LinearRing"),
    "shape.MultiLineString": ("多线", "a MultiLineString"),
    "shape.Polygon": ("面", "a Polygon"),
    "shape.MultiPolygon": ("多面", "a MultiPolygon"),
    "shape.GeometryCollection": ("图形集合", "a GeometryCollection"),
    # areas and their parents
    "parent.unknown": (
        "没有{level}“{value}”：改由位置判定",
        "there is no {level} {value!r}: its place decides instead",
    ),
    "parent.zeros_restored": (
        "“{value}”丢了前面的零：已按“{better}”读取",
        "{value!r} lost its leading zeros: read as {better!r}",
    ),
    "parent.no_level": (
        "写了上级，但本市没有比{level}更高的级别",
        "names parents, but the city has no level above {level}",
    ),
    "parent.not_nested": (
        (
            "{total} 个{children}中有 {count} 个跨多个{above}或部分不在任何一个内（在其一内的面积不足 99 %）："
            "已归入占比最大的一个：{ids}"
        ),
        (
            "{count} of {total} {children} lie in several {above} or partly in none "
            "(less than 99 % of the area in one): each went to the one with the largest share: {ids}"
        ),
    ),
    "parent.none": (
        "{total} 个{children}中有 {count} 个不在任何{above}内：不计入{parent}：{ids}",
        "{count} of {total} {children} lie in none of the {above}: they count in no {parent}: {ids}",
    ),
    "siblings.overlap": (
        "“{first}”与“{second}”重叠 {area_m2:,.0f} m2：请修改其中一个的边界",
        "{first!r} and {second!r} overlap by {area_m2:,.0f} m2: mend the outline of one",
    ),
    "siblings.gap": (
        "各{areas}之间有 {area_m2:,.0f} m2（{lon:.5f}, {lat:.5f} 附近）不属于任何一个：请把其中一个扩展到此处",
        "between the {areas} {area_m2:,.0f} m2 near {lon:.5f}, {lat:.5f} belong to none: extend one over it",
    ),
    "grid.generated": (
        "由 {communities} 个社区按 {size_m:g} m 方格划分出 {count} 个网格",
        "{count} grids were cut from {communities} communities in squares of {size_m:g} m",
    ),
    "path.closed": ("{count} 条道路不供行人通行", "{count} paths are closed to people on foot"),
    "levels.district": ("区县", "districts"),
    "levels.street": ("街道", "streets"),
    "levels.community": ("社区", "communities"),
    "levels.grid": ("网格", "grids"),
    "levels.compound": ("小区", "compounds"),
    "levels.building": ("楼栋", "buildings"),
    "level.district": ("区县", "district"),
    "level.street": ("街道", "street"),
    "level.community": ("社区", "community"),
    "level.grid": ("网格", "grid"),
    "level.compound": ("小区", "compound"),
    "level.building": ("楼栋", "building"),
}
