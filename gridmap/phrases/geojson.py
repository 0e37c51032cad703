"""What Gridmap says about GeoJSON texts (RFC 7946)."""

GEOJSON = {
    "geojson.syntax": (
        "不是 JSON：第 {line} 行第 {column} 列：{error}；请修改",
        "is no JSON: line {line}, column {column}: {error}; mend it",
    ),
    "geojson.syntax.line": ("第 {line} 行不是 JSON（{error}）：请修改", "line {line} is no JSON ({error}): mend it"),
    "geojson.syntax.deep": ("嵌套太深，不可能是地图：请重新保存", "is nested too deeply to be a map: save it again"),
    "geojson.root": ("是 {shown}，不是 GeoJSON 对象：请重新保存", "is {shown}, not a GeoJSON object: save it again"),
    "geojson.features.none": (
        "是没有要素列表的 FeatureCollection：请重新保存",
        "is a FeatureCollection without a list of features: save it again",
    ),
    "geojson.features": ("没有要素", "has no features"),
    "geojson.doubled_member": (
        "有对象的成员重复出现：{names}；读取程序取最后一个",
        "an object has a member twice: {names}; readers take the last",
    ),
    "geojson.precision": (
        "坐标精度细过发丝：小数 7 位已是厘米",
        "has coordinates finer than a hair: 7 decimals are a centimetre",
    ),
    "geojson.short_ring": ("有环不足四个点：请重新绘制", "has a ring of fewer than four positions: draw it again"),
    "geojson.unclosed_ring": (
        "有环首尾不相接：读取时闭合",
        "has a ring whose last position is not its first: it is closed on loading",
    ),
    "geojson.ring_order": (
        "有环方向不对（右手规则）：读取时翻转",
        "has a ring in the wrong direction (right-hand rule): it is turned on loading",
    ),
    "geojson.coordinates.none": ("没有 {kind} 的坐标：请绘制", "has no coordinates for a {kind}: draw it"),
    "geojson.coordinates.position": (
        "{shown} 不是 {kind} 的位置：请写成数字 [经度, 纬度]",
        "{shown} is no position of a {kind}: write [longitude, latitude] as numbers",
    ),
    "geojson.coordinates.missing": ("是没有 coordinates 的 {kind}：请绘制", "is a {kind} without coordinates: draw it"),
    "geojson.short_line": ("有线只有一个点：请重新绘制", "has a line of one position: draw it again"),
    "geojson.null_geometry": ("没有图形：请绘制，否则不采用", "has no geometry: draw it, or it is left out"),
    "geojson.geometry.no_object": ("geometry 不是对象：请绘制", "has a geometry that is no object: draw it"),
    "geojson.geometry.empty": (
        "是没有 geometries 的 GeometryCollection：请绘制",
        "is a GeometryCollection without geometries: draw it",
    ),
    "geojson.geometry.missing": ("没有成员 geometry：请绘制", "has no member geometry: draw it"),
    "geojson.single_collection": (
        "是只有一个图形的 GeometryCollection：请直接写该图形",
        "is a GeometryCollection of one: write the geometry itself",
    ),
    "geojson.type.geometry": (
        "图形类型是 {kind!r}，GeoJSON 没有这种类型：请更正",
        "has the geometry type {kind!r}, which GeoJSON does not know: correct it",
    ),
    "geojson.type": (
        "是 {kind!r}，不是 Feature：读取程序会跳过；请更正 type",
        "is {kind!r}, not a Feature: readers skip it; correct the type",
    ),
    "geojson.members": (
        "有别种对象的成员：{names}；请去掉",
        "has members of another kind of object: {names}; take them out",
    ),
    "geojson.bbox": (
        "bbox 不是数字列表：请更正或去掉",
        "has a bbox that is no list of numbers: correct it or take it out",
    ),
    "geojson.properties": (
        "properties 不是对象：请写 {{}} 或名称和值",
        "has properties that are no object: write {{}} or names and values",
    ),
    "geojson.id": ("id 既不是文字也不是数字：请更正", "has an id that is neither text nor number: correct it"),
}
