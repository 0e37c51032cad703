"""What is said of accounts, sign-ins, the key of a workspace and the audit log."""

ACCOUNTS = {
    "title.401": ("需要登录", "Unauthorized"),
    "account.taken": ("账户 {name} 已存在", "There is an account {name} already"),
    "account.missing": (
        "没有账户 {name}：`gridmap admin list DIR` 列出全部账户",
        "There is no account {name}: `gridmap admin list DIR` names them",
    ),
    "account.last": ("{name} 是最后一个账户：请先建立另一个", "{name} is the last account: make another one first"),
    "account.last_administrator": (
        "{name} 是最后一个系统管理员：请先授予另一个账户管理员角色",
        "{name} is the last administrator: give another account that role first",
    ),
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
    "serve.signed": (
        "只在本机监听；来访者必须登录。",
        "Listening on this computer only; whoever comes must sign in.",
    ),
    "demo.guests": (
        "演示账户（密码随机生成，只显示这一次；链接各用一次，之后用密码登录）：",
        "Accounts of the demonstration (random passwords, shown this once; a link opens once, then the password does):",
    ),
    "demo.over": (
        "下次运行 gridmap demo 会换新密码。",
        "The next gridmap demo makes new passwords.",
    ),
    "demo.other": (
        "这里是“{name}”的数据，不是演示：请用 --out 指定另一个文件夹",
        "this is the workspace of {name!r}, no demonstration: name another folder with --out",
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
    "backup.ask": ("备份口令", "Passphrase of the backup"),
    "backup.short": ("口令太短：至少 {least} 个字符", "the passphrase is too short: {least} characters at least"),
    "backup.none": ("没有这个文件，或不是 Gridmap 备份", "there is no such file, or it is no backup of Gridmap"),
    "backup.passphrase": (
        "口令不对，或文件开头已损坏",
        "the passphrase is not that of this backup, or the beginning of the file is damaged",
    ),
    "backup.changed": (
        "备份被改动、截断或损坏：未恢复任何内容，请用另一份备份",
        "the backup was changed, cut or damaged: nothing was restored, take another one",
    ),
    "backup.differs": (
        "恢复出的内容与备份时不同：未恢复任何内容，请用另一份备份",
        "what was restored is not what was backed up: nothing was kept, take another backup",
    ),
    "backup.version": (
        "备份的表版本是 {found}，本程序是 {known}：请用写该备份的版本恢复，再升级",
        "the tables of the backup are at {found}, those here at {known}: restore with its version, then update",
    ),
    "backup.taken": (
        "{place} 已有内容：请恢复到新的文件夹和空的数据库",
        "{place} is not empty: restore into a new folder and an empty database",
    ),
    "backup.other_key": (
        "{path} 是另一个工作区的密钥：请换一个 GRIDMAP_KEY_FILE",
        "{path} holds the key of another workspace: name another GRIDMAP_KEY_FILE",
    ),
    "backup.folder": ("无法写入 {path}：{said}", "{path} cannot be written: {said}"),
    "backup.verified": (
        "{path}：{rows} 行、{files} 个文件；已试恢复并逐行核对。口令须另存：没有它无法恢复",
        "{path}: {rows} rows, {files} files; restored aside and compared row by row. Keep the passphrase elsewhere",
    ),
    "backup.written": (
        "{path}：{rows} 行、{files} 个文件；未经核对",
        "{path}: {rows} rows, {files} files; not verified",
    ),
    "backup.restored": (
        "{path}：已恢复 {rows} 行、{files} 个文件，逐行核对无误。新的信封密钥请另存一份",
        "{path}: {rows} rows and {files} files restored and compared. Keep a copy of the new envelope key",
    ),
    "envelope.none": (
        "没有信封密钥，个人信息列无法读写：请通过工作区打开",
        "there is no envelope key, so personal columns can be neither read nor written: open it by its workspace",
    ),
    "envelope.lost": (
        "数据库用信封密钥 {key} 加密，{path} 里没有它：请放回该文件；若已丢失，个人信息无法再读",
        (
            "the database is encrypted with the envelope key {key}, which {path} does not hold: "
            "put that file back; if it is lost, what is personal cannot be read again"
        ),
    ),
    "envelope.damaged": (
        "用信封密钥 {key} 加密的数据密钥已损坏：请从备份恢复",
        "the data key sealed with the envelope key {key} is damaged: restore a backup",
    ),
    "vault.no_key": (
        "数据库中有加密的内容，却没有数据密钥：请从备份恢复",
        "the database holds encrypted values and no data key: restore a backup",
    ),
    "vault.changed": (
        "{noun} 的列 {column}（行 {key}）不是 Gridmap 写入的内容，可能被改动或调换：请从备份恢复该行",
        (
            "{noun}, column {column}, row {key} is not as Gridmap wrote it, perhaps changed or swapped: "
            "restore the row from a backup"
        ),
    ),
    "vault.file_changed": (
        "文件 {name} 不是 Gridmap 写入的内容，可能被改动、截断或调换：请从备份恢复，或删除后重新上传",
        (
            "the file {name} is not as Gridmap wrote it, perhaps changed, cut or swapped: "
            "restore it from a backup, or remove it and send it again"
        ),
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
    "admin.rotated": (
        "已换新密钥：{file}（请另存一份；旧备份需要旧密钥）；重新加密 {count} 行",
        (
            "{file} holds a new key: keep a copy of it (older copies of the database need the older key); "
            "{count} rows encrypted anew"
        ),
    ),
    "admin.revoked": ("{token}：已吊销", "{token}: revoked"),
}
