"""What Gridmap says about pairing, proposals, inspections, photos and the store."""

WORK = {
    # pairing: locks that cannot all hold
    "pairing.instance": ("包保规则自相矛盾：{said}", "{said}"),
    "pairing.locked": ("{why}：{pairings}", "{why}: {pairings}"),
    "pairing.lock_role": ("锁定的包保人不具备该位置要求的角色", "a locked member does not have the role of the place"),
    "pairing.lock_banned": ("锁定的包保同时被禁止", "a locked pair is banned as well"),
    "pairing.lock_capacity": (
        "锁定给同一包保人的户数超过其上限",
        "more pairs are locked to a member than the member may hold",
    ),
    "pairing.lock_places": ("锁定在同一位置的包保多于其名额", "more pairs are locked to a slot than it has places"),
    "pairing.lock_twice": ("同一包保人被锁定在一户的两个位置", "a member is locked to two places of one household"),
    # pairing: what the independent checker found
    "pairing.fault_capacity": ("有包保人户数超过上限", "somebody has more households than allowed"),
    "pairing.fault_places": ("有户的包保人多于名额", "a household has more people than places"),
    "pairing.fault_twice": ("有包保人占同一户的两个位置", "somebody has two places of one household"),
    "pairing.fault_not_allowed": (
        "有包保角色不符、被禁止或超出距离",
        "a pair lacks the role, is banned or out of reach",
    ),
    "pairing.fault_lock_missing": ("有人工确定的包保缺失", "a pair that is settled by hand is missing"),
    "pairing.faulty": (
        "包保方案违反规则，未写入：{faults}。这是程序错误，请报告",
        "The plan breaks a rule, so it was not written: {faults}. Please report this as a fault",
    ),
    "pairing.unproven": (
        (
            "方案符合全部规则，已写入，但未证明最优：与最优最多相差 {gap} 分米（含空缺权重），"
            "方案之外有 {pairs} 对值得采用，{count} 户可能受影响：{households}。请放宽 GRIDMAP_TIME_LIMIT_S 后重新包保"
        ),
        (
            "The plan keeps all rules and was written, but it is not proven to be the best: a better one may differ by "
            "{gap} dm, empty places weighed in, {pairs} pairs outside it would be worth taking, and {count} households "
            "may be affected: {households}. Raise GRIDMAP_TIME_LIMIT_S and pair again"
        ),
    ),
    # explanations
    "person.household": (
        "没有编号为“{name}”的在册户：`gridmap export households DIR` 可列出",
        "No household {name!r} counts today: `gridmap export households DIR` lists them",
    ),
    "person.member": (
        "没有编号为“{name}”的包保人：`gridmap export members DIR` 可列出",
        "There is no member {name!r}: `gridmap export members DIR` lists them",
    ),
    "person.pairing": (
        "没有编号为“{name}”的包保：`gridmap export pairings DIR` 可列出",
        "There is no pairing {name!r}: `gridmap export pairings DIR` lists them",
    ),
    # proposals
    "proposal.contradiction": ("人工的决定与规则矛盾：{said}", "What people settled contradicts the rules: {said}"),
    "proposal.no_pairing": ("不是 {area} 现行的包保：{names}", "Not a pairing in force in {area}: {names}"),
    "proposal.no_member": (
        "没有包保人 {names}：请去掉，或更正编号",
        "No member is called {names}: leave them out or correct the id",
    ),
    "proposal.lock_on_leave": (
        "已锁定，但其包保人请假：{names}。请解除锁定或取消请假",
        "Locked, but its member goes on leave: {names}. Lift the lock or the leave",
    ),
    "proposal.no_area": (
        "没有区域“{area}”：请写区县、街道、社区、网格、小区的编号，或 `{city}`",
        "There is no area {area!r}: name a district, street, community, grid, compound or `{city}`",
    ),
    "proposal.no_move": (
        "方案中没有改动 {numbers}：只有第 1 至 {count} 项",
        "The proposal has no move {numbers}: it has 1 to {count}",
    ),
    "proposal.missing": (
        "没有方案“{proposal}”：`gridmap proposals DIR` 可列出全部方案",
        "There is no proposal {proposal!r}: `gridmap proposals DIR` lists them",
    ),
    "proposal.closed": (
        "方案 {proposal} 已结束（{status}）：请重新提出",
        "Proposal {proposal} is closed ({status}): propose anew",
    ),
    "proposal.not_applied": (
        "方案 {proposal} 的状态是“{status}”：只有已采纳的方案可以撤销",
        "Proposal {proposal} is {status}: only an applied one can be undone",
    ),
    "proposal.other_day": (
        "方案 {proposal} 是 {day} 的，今天是 {today}：{anew}",
        "Proposal {proposal} is for {day}, today is {today}: {anew}",
    ),
    "proposal.changed": (
        "自方案 {proposal} 提出以来，{area} 的人员或包保已有变化（提出时版本 {before}，现为 {now}）：{anew}",
        (
            "People or pairings of {area} have changed since proposal {proposal} was made "
            "(revision {before}, now {now}): {anew}"
        ),
    ),
    "proposal.pairing_changed": (
        "自方案 {proposal} 提出以来，包保 {pairing} 已有变化：{anew}",
        "Pairing {pairing} has changed since proposal {proposal}: {anew}",
    ),
    "proposal.member_changed": (
        "自方案 {proposal} 提出以来，{member} 的在岗情况已有变化：{anew}",
        "{member} stands otherwise since proposal {proposal}: {anew}",
    ),
    "proposal.reason": (
        "请写明理由，不超过 {most} 字：理由会留在历史里",
        "Say why, in at most {most} characters: the reason stays in the history",
    ),
    "proposal.anew": (
        "请为 {area} 重新提出方案，最多 {count} 项改动",
        "propose anew for {area} with at most {count} changes",
    ),
    "status.open": ("待处理", "open"),
    "status.applied": ("已采纳", "applied"),
    "status.reversed": ("已撤销", "reversed"),
    "status.stale": ("已过期", "stale"),
    "status.refused": ("已退回", "refused"),
    "limit.changes": ("选了 {count} 项改动，最多允许 {limit} 项", "{count} changes were chosen, {limit} are allowed"),
    "limit.locked": ("会结束已锁定的包保：{names}", "Locked pairings would end: {names}"),
    "limit.capacity": (
        "{member} 将包保 {count} 户，上限 {limit} 户",
        "{member} would hold {count} of {limit} households",
    ),
    "limit.capacity.also": (
        "{member} 将包保 {count} 户，上限 {limit} 户：请一并采纳改动 {moves}，以腾出名额",
        "{member} would hold {count} of {limit} households: accept move {moves} as well, which frees a place",
    ),
    # the morning
    "since.outside": (
        "{since} 不在 {day} 之前的 {most} 天内：请选其中一天",
        "{since} is not one of the last {most} days before {day}: choose one of those",
    ),
    # field
    "reason.missing": (
        "请写明理由，不超过 {most} 字：会记入日志",
        "say why in at most {most} characters: it is logged",
    ),
    "household.unknown": (
        "这个隐患点的危险区内没有这一户：请重新载入页面",
        "no such household in a danger zone of this site: load the page anew",
    ),
    "area.unknown": (
        "没有网格、社区、街道或区县“{area}”：请从列表中选择",
        "there is no grid, community, street or district {area!r}: choose one of the list",
    ),
    "site.unknown": (
        "这里没有这个隐患点：请重新载入隐患点列表，再选一次",
        "no such hazard site here: load the list of sites anew, then choose the site again",
    ),
    "time.zone": (
        "时间没有时区：请按 2026-11-24T08:30:00+08:00 的形式发送",
        "the time has no zone: send it as 2026-11-24T08:30:00+08:00",
    ),
    "time.ahead": ("时间在未来：请校准手机时钟", "lies in the future: set the clock of the phone"),
    "base.itself": ("巡查不能以自己为前一次", "an inspection cannot follow itself"),
    "id.taken": (
        "已有另一次巡查用了这个编号，已有记录不会被覆盖：请新建一次",
        "another inspection has this id, and none is ever overwritten: make a new one",
    ),
    "inspection.form": ("{said}：请更正后重新发送", "{said}: mend it, send again"),
    "photo.pixels": ("有 {width} x {height} 像素：请拍小一些", "has {width} x {height} pixels: take it smaller"),
    "photo.type": ("不是 JPEG、PNG 或 WebP 照片：请发送照片", "is no JPEG, PNG or WebP photo: send a photo"),
    "photo.broken": ("不完整或已损坏：请重新拍摄", "breaks off or is damaged: take it again"),
    "photo.name": ("未以其 SHA-256（小写十六进制）命名", "is not named by its SHA-256 in small hexadecimal letters"),
    "photo.hash": (
        "与其名称不符，传输中有改动：请重新发送",
        "is not what its name says, it was changed on the way: send it again",
    ),
    "upload.too_large": (
        "超过 {limit:g} MB，未保存：请发送较小的",
        "More than {limit:g} MB, nothing was kept: send a smaller one",
    ),
    # the store
    "store.nothing_loaded": (
        "这里还没有数据：请先运行 `gridmap build CITY.toml --out DIR`",
        "Nothing was loaded here yet: run `gridmap build CITY.toml --out DIR`",
    ),
    "store.no_report": (
        "{folder} 还没有报告：请运行 `gridmap build CITY.toml --out {folder}`",
        "{folder} has no report yet: run `gridmap build CITY.toml --out {folder}`",
    ),
    "store.no_city": (
        "{folder} 还没有城市数据：请先运行 `gridmap build CITY.toml --out {folder}`",
        "{folder} holds no city yet: run `gridmap build CITY.toml --out {folder}` first",
    ),
    "store.no_tables": (
        "{place} 还没有城市数据：请先运行 `gridmap build CITY.toml`",
        "{place} holds no city yet: run `gridmap build CITY.toml` first",
    ),
    "store.foreign": (
        "{place} 里是别的程序的表：请换一个位置",
        "{place} holds the tables of another program: name another place",
    ),
    "store.newer": (
        "{place} 由更新版本的 Gridmap 建立（其表的版本是 {found}，本程序认识的是 {known}）：请安装该版本，或换一个位置",
        (
            "{place} was made by a newer Gridmap (its tables are at {found}, this one knows {known}): "
            "install that version or name another place"
        ),
    ),
    "store.no_place": ("须给出文件夹或数据库地址", "a folder or the address of a database must be given"),
    "store.no_folder": (
        "无法建立 {folder}：{error}：请换一个文件夹",
        "{folder} cannot be made: {error}: name another folder",
    ),
    "store.read_only": ("此事务只读：请以 write=True 打开", "this transaction only reads: open it with write=True"),
    "store.no_column": ("{noun} 没有列 {names}", "{noun} has no column {names}"),
    "store.no_value": ("{noun}：{said}", "{noun}: {said}"),
    "store.not_by_value": ("{column} 不能按值查询", "{column} cannot be asked for by value"),
    "store.no_geometry": ("{noun} 没有可按范围查询的图形", "{noun} has no geometry to look for in a box"),
    "store.taken": (
        "{noun}：新数据中有 {count} 个键已存在，第一个是 {first}：请改为替换（upsert），或换用别的键",
        (
            "{noun}: {count} of the new keys are there already, first {first}: "
            "replace the rows instead (upsert) or give others"
        ),
    ),
    "store.lost": (
        "{child}：有 {count} 处指向不存在的 {parent}，第一处是 {first!r}：请补上，或清空引用",
        "{child}: {count} name a {parent} that is not there, first {first!r}: add it or empty the reference",
    ),
    "store.busy": (
        "另一个进程正在写入 {place}：请等它完成后重试",
        "{place} is being written by another process: wait until it is done, then retry",
    ),
    "store.away": (
        "{place} 现在没有应答（{error}）：请稍后再试；一直这样时请检查数据库是否在运行、地址是否正确",
        (
            "{place} does not answer now ({error}): try again shortly; if it stays so, see whether the database runs "
            "and its address is right"
        ),
    ),
    "store.error": ("{place}：{error}", "{place}: {error}"),
    "store.refuses": ("{place} 拒绝：{error}", "{place} refuses: {error}"),
    "store.not_ours": (
        "{place} 不是 Gridmap 的工作区：请换一个文件夹，或移走这个文件",
        "{place} is not a Gridmap workspace: name another folder or move this file away",
    ),
    "store.damaged": (
        "{place} 已损坏：请从备份恢复，或删除后重建",
        "{place} is damaged: restore it from a copy, or remove it and build again",
    ),
    "store.cannot_open": (
        "{place} 打不开：请检查文件夹的权限",
        "{place} cannot be opened: look at the rights of the folder",
    ),
    "store.cannot_write": (
        "{place} 无法写入：请检查文件及其文件夹的权限",
        "{place} cannot be written: look at the rights of the file and its folder",
    ),
    "store.overtaken": (
        "{key} 在您查看之后已有变化，没有保存。请重新查看后再处理。",
        "{key} has changed since you saw it; nothing was kept. Look at it again.",
    ),
    "store.key_reused": (
        "这个 Idempotency-Key 已用于另一请求：请换一个",
        "This Idempotency-Key was used for another request: take a new one",
    ),
    "store.key_in_use": (
        "这个 Idempotency-Key 的请求正在处理：请稍后重试",
        "The request of this Idempotency-Key is being answered: try again in a moment",
    ),
    "store.full": (
        "{place} 所在磁盘已满：请腾出空间后重试",
        "{place} has no room left on its disk: free some and try again",
    ),
    "store.disk": ("{place} 无法读写：磁盘报错", "{place} cannot be read or written: the disk reports an error"),
    "store.rights": (
        "{place} 不允许此用户这样做：请授予该模式的权限",
        "{place} does not allow this user to do that: grant the rights on the schema",
    ),
    "store.no_postgis": (
        "{place} 没有 PostGIS：请在服务器上安装，并由库主运行 CREATE EXTENSION postgis",
        "{place} has no PostGIS: install it on the server and let its owner run CREATE EXTENSION postgis",
    ),
    "store.url": (
        "GRIDMAP_DATABASE_URL 应为 postgresql://user@host/name 的形式",
        "GRIDMAP_DATABASE_URL must look like postgresql://user@host/name",
    ),
    "store.driver": (
        "PostgreSQL 需要驱动：请安装 gridmap[postgis]",
        "PostgreSQL needs its driver: install gridmap[postgis]",
    ),
    "store.no_port": (
        "从 {first} 起没有空闲端口：请用 --port 另指定",
        "No free port from {first} on: name another with --port",
    ),
    "assets.folder": (
        "{folder} 里没有 Gridmap 的网页文件：请把 GRIDMAP_STATIC 设为 static/ 文件夹",
        "{folder} does not hold Gridmap's pages: set GRIDMAP_STATIC to the folder static/",
    ),
    "assets.missing": (
        "浏览器库未安装（{names}）：请运行 `make assets`",
        "the browser libraries are not installed ({names}): run `make assets`",
    ),
    "export.wide": (
        "楼栋级位置覆盖 {area:.0f} 平方公里，超过 {most:.0f}：连续的大比例尺数据可能涉密，请先审查，或按社区分开",
        (
            "places at buildings cover {area:.0f} km², more than {most:.0f}: large-scale data in one piece may be a "
            "state secret; have them reviewed first, or send the communities apart"
        ),
    ),
    "export.form": ("没有格式“{form}”：可选 {forms}", "{form!r} is no form: choose one of {forms}"),
    "export.reason": (
        "请写明用途：每次导出都记入审计日志",
        "say what it is for: every export is written into the audit log",
    ),
    "export.no_shapes": (
        "这些数据没有图形，无法写成 {form}：请选 csv 或 xlsx",
        "these rows have no shapes, so there is no {form} of them: choose csv or xlsx",
    ),
}
