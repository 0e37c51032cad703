"""What Gridmap says over HTTP beside the errors of its own: titles of RFC 9457 problem details, refused requests."""

HTTP = {
    "title.400": ("请求有误", "Bad Request"),
    "title.403": ("不允许", "Forbidden"),
    "title.404": ("没有找到", "Not Found"),
    "title.405": ("不支持这种请求方法", "Method Not Allowed"),
    "title.409": ("与当前状态冲突", "Conflict"),
    "title.412": ("内容已有变化", "Precondition Failed"),
    "title.413": ("内容过大", "Request Entity Too Large"),
    "title.415": ("不支持这种内容类型", "Unsupported Media Type"),
    "title.422": ("内容无法处理", "Unprocessable Entity"),
    "title.429": ("请求过于频繁", "Too Many Requests"),
    "title.500": ("内部错误", "Internal Server Error"),
    "title.503": ("暂时无法提供服务", "Service Unavailable"),
    "title.507": ("存储空间不足", "Insufficient Storage"),
    "http.form": ("请求的内容不符合要求。", "The request does not have the form that is asked for."),
    "http.inside": ("Gridmap 内部出错，原因见日志。", "Something failed inside Gridmap. The log has the cause."),
    "http.too_often": ("请求过于频繁，请在 {seconds} 秒后重试。", "Too many requests: try again in {seconds} s."),
    "http.no_page": ("没有页面“{path}”。总览在 /。", "There is no page {path!r}. The overview is at /."),
    "http.no_proposal_page": (
        "没有页面“{path}”。方案列表在 /proposals.html。",
        "There is no page {path!r}. The proposals are at /proposals.html.",
    ),
    "http.no_import_page": (
        "没有页面“{path}”。导入记录在 /imports.html。",
        "There is no page {path!r}. The imports are at /imports.html.",
    ),
    "http.file_bytes": (
        "请直接发送文件的字节，Content-Type 为 application/octet-stream",
        "Send the bytes of the file with Content-Type: application/octet-stream",
    ),
    "http.no_site": (
        "没有隐患点“{site}”。列表在 /field.html。",
        "There is no hazard site {site!r}. The list is at /field.html.",
    ),
    "http.no_photo": (
        "这里没有这张照片；拍摄它的手机可能还没有发送。",
        "There is no such photo here; the phone that took it may not have sent it yet.",
    ),
    "http.here_only": (
        "只接受本机的更改：请从 http://127.0.0.1 打开页面",
        "Changes are accepted on this computer only: open the page at http://127.0.0.1",
    ),
    "http.own_pages": ("只接受 Gridmap 自己的页面发来的更改", "Changes are accepted from Gridmap's own pages only"),
    "http.json_type": (
        "请以 Content-Type: application/json 发送 JSON",
        "Send JSON with Content-Type: application/json",
    ),
    "http.no_json": (
        "内容不是 JSON：请发送含列表 inspections 的对象",
        "The body is no JSON: send an object with the list inspections",
    ),
    "http.no_list": ("请发送含列表 inspections 的 JSON 对象", "Send a JSON object with the list inspections"),
    "http.batch": (
        "一批有 {count} 次巡查：一次最多 {limit} 次",
        "{count} inspections in one batch: send at most {limit} at a time",
    ),
}
