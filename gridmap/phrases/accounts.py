"""What is said of accounts, sign-ins, the key of a workspace and the audit log."""

ACCOUNTS = {
    "title.401": ("需要登录", "Unauthorized"),
    "account.taken": ("账户 {name} 已存在", "There is an account {name} already"),
    "account.missing": (
        "没有账户 {name}：`gridmap admin list DIR` 列出全部账户",
        "There is no account {name}: `gridmap admin list DIR` names them",
    ),
    "account.last": ("{name} 是最后一个账户：请先建立另一个", "{name} is the last account: make another one first"),
    "account.over": ("账户 {name} 已停用", "The account {name} has ended"),
    "account.name": (
        "账户名须为 2 至 64 个小写字母、数字、点、短横或下划线，以字母或数字开头",
        "2 to 64 of a-z, 0-9, dot, dash, underscore, beginning with a letter or digit",
    ),
    "account.no_token": (
        "没有令牌 {token}：`gridmap admin tokens DIR` 列出全部令牌",
        "There is no token {token}: `gridmap admin tokens DIR` lists them",
    ),
    "password.short": ("密码至少要有 {n} 个字符", "the password needs {n} characters or more"),
    "password.long": ("密码最多 {n} 个字符", "the password may have {n} characters at most"),
    "password.kinds": (
        "密码须含小写字母、大写字母、数字、其他符号中的三种",
        "the password needs three of: small letters, capitals, digits, other signs",
    ),
    "password.name": ("密码不得包含账户名", "the password must not hold the name of the account"),
    "password.same": ("新密码不得与原密码相同", "the new password must not be the old one"),
    "password.old": ("原密码不对。", "The old password is wrong."),
    "door.no": (
        "账户名或密码不对，或失败次数过多：请稍后再试。",
        "The name or the password is wrong, or there were too many failures: try again later.",
    ),
    "door.closed": (
        "请在 /sign-in.html 登录，或发送令牌：Authorization: Bearer TOKEN",
        "Sign in at /sign-in.html, or send a token: Authorization: Bearer TOKEN",
    ),
    "door.read_only": ("此令牌只能读取", "This token may only read"),
    "door.change_first": ("请先修改密码：/account.html", "Change the password first: /account.html"),
    "door.none": (
        "这里还没有账户：用 `gridmap admin create DIR NAME` 建立第一个",
        "There are no accounts here yet: `gridmap admin create DIR NAME` makes the first",
    ),
    "role.none": (
        "账户 {name} 还没有角色：请管理员运行 `gridmap admin grant DIR {name} ROLE`",
        "The account {name} has no role yet: ask the administrator for `gridmap admin grant DIR {name} ROLE`",
    ),
    "role.not_allowed": (
        "您的角色不能做这件事：/account.html 列出您可以做什么",
        "Your roles do not allow this: /account.html lists what you may do",
    ),
    "grant.no_area": ("没有区域 {area}", "There is no area {area}"),
    "grant.no_member": ("没有包保人 {member}", "There is no member {member}"),
    "grant.level": ("角色 {role} 只能授予：{known}", "The role {role} is given for one of: {known}"),
    "grant.member": (
        "只有角色 {role} 用 --member 指明包保人",
        "The role {role}, and no other, names a member with --member",
    ),
    "grant.backwards": (
        "授权的末日 {last} 早于首日 {first}",
        "The grant would end on {last}, before it begins on {first}",
    ),
    "grant.missing": (
        "没有授权 {grant}：`gridmap admin grants DIR` 列出全部授权",
        "There is no grant {grant}: `gridmap admin grants DIR` lists them",
    ),
    "scope.reads": (
        "按辖区读取的存储不可写入：请经过授权检查",
        "a store within a scope only reads: writing goes through its own check",
    ),
    "serve.no_accounts": (
        "没有账户时，能连到 {host} 的人都会看到每一户：先用 `gridmap admin create {folder} NAME` 建立第一个账户",
        (
            "Without accounts everybody who reached {host} would see every household: make the first account with "
            "`gridmap admin create {folder} NAME`"
        ),
    ),
    "serve.open": (
        "只在本机监听：没有账户时，能连到端口的人都会看到每一户。",
        "Listening on this computer only: without accounts everybody who reached the port would see every household.",
    ),
    "serve.closed": (
        "来访者必须登录。密码和数据以明文传输：请在前面加一个 HTTPS 代理。",
        "Whoever comes must sign in. Passwords and data travel in clear: put a proxy with HTTPS in front.",
    ),
    "serve.stop": ("按 Ctrl+C 停止。", "Stop with Ctrl+C."),
    "key.unreadable": (
        "{path} 无法读取或建立：{said}：请检查所在文件夹的权限",
        "{path} cannot be read or made: {said}: look at the rights of its folder",
    ),
    "key.wrong": (
        "{path} 中没有 {n} 字节的十六进制密钥：请放回正确的文件",
        "{path} holds no key of {n} bytes in hexadecimal: put the right file back",
    ),
    "audit.grows": (
        "审计日志只增不改：只有被记录的工作才会写入",
        "the audit log only grows: nothing writes to it but the work that it records",
    ),
    "audit.unrecorded": (
        "此存储不记审计日志：请通过工作区打开",
        "this store keeps no audit log: open it through its workspace",
    ),
    "audit.other_key": (
        "这里的密钥不是审计日志的密钥（{key}）：请放回原来的文件",
        "the key here is not the one of the audit log ({key}): put that file back",
    ),
    "audit.sealed_else": (
        "由密钥 {key} 封存，这里的密钥是 {here}",
        "was sealed with the key {key}, the key here is {here}",
    ),
    "audit.line": ("第 {number} 行：{said}", "line {number}: {said}"),
    "audit.trimmed_again": ("已按期清除，却又出现", "was trimmed before and is there again"),
    "audit.gap_one": ("缺第 {first} 行", "line {first} is missing"),
    "audit.gap": ("缺第 {first} 至 {last} 行", "lines {first} to {last} are missing"),
    "audit.not_after": ("与前一行不衔接", "does not follow the line before it"),
    "audit.changed": ("与写入时不同", "is not as it was written"),
    "audit.cut": ("日志到此为止，但原有 {number} 行", "the log ends here, but it had {number} lines"),
    "audit.added": ("不是用密钥加入的", "was added without the key"),
    "audit.not_last": ("不是最后写入的一行", "is not the last line that was written"),
    "audit.no_end": (
        "日志的结尾不明：audit_head 的记录被删除",
        "the end of the log is not known: the row of audit_head was removed",
    ),
    "audit.end_changed": ("日志的结尾未用密钥而被改动", "the end of the log was changed without the key"),
    "audit.not_noted": (
        "不是当时记下的那一行：换成了较旧的或另一份日志",
        "is not the line that was noted down: an older or another log was put in its place",
    ),
    "audit.days": ("日志至少保留 {days} 天", "the log is kept for {days} days at least"),
    "audit.whole": (
        "{count} 行，完整。请另处记下：{number}:{digest}",
        "{count} lines, whole. Note this down elsewhere: {number}:{digest}",
    ),
    "audit.note_form": (
        "请按 `gridmap audit verify` 显示的写法给出 编号:摘要",
        "give NUMBER:DIGEST as `gridmap audit verify` prints it",
    ),
    "audit.where": (
        "“{text}”：请给出 actor、action、noun 或 subject；action 可为 {acts}",
        "{text!r}: give actor, action, noun or subject; the actions are {acts}",
    ),
    "audit.form": ("请给出以 .csv 或 .xlsx 结尾的文件名", "name a file that ends in .csv or .xlsx"),
    "audit.written": ("{path}：{count} 行", "{path}: {count} lines"),
    "audit.left": (
        "日志有问题，未作清除：见 `gridmap audit verify`",
        "the log has faults and was left as it is: see `gridmap audit verify`",
    ),
    "audit.trimmed": ("已清除 {count} 行超过 {days} 天的记录", "{count} lines older than {days} days removed"),
    "admin.password": ("密码", "Password"),
    "admin.made": ("{name}：已建立", "{name}: made"),
    "admin.shown": (
        "{name}: {password}（只显示一次；首次登录须修改）",
        "{name}: {password} (shown once; to be changed at the first sign-in)",
    ),
    "admin.ended": ("{name}：已停用", "{name}: ended"),
    "admin.granted": ("{name}：已授予角色 {role}（{grant}）", "{name}: has the role {role} now ({grant})"),
    "admin.taken": ("{grant}：已收回", "{grant}: taken back"),
    "admin.revoked": ("{token}：已吊销", "{token}: revoked"),
}
