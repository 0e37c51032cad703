"""What is said of the second step of a sign-in, of a provider's people, and of roles that are kept apart."""

SIGNING = {
    "account.own": (
        "不能改动自己的账户 {name}：请另一位系统管理员来做",
        "{name} is your own account: ask another administrator for this",
    ),
    "grant.apart": (
        "账户 {name} 在这些日子已有角色 {other}（{grant}），不能同时有角色 {role}：请先收回，或用另一个账户",
        (
            "{name} has the role {other} ({grant}) on these days and cannot have {role} as well: "
            "take it back first, or use another account"
        ),
    ),
    "second.on": ("两步验证已开启", "The second step is on already"),
    "second.off": ("两步验证没有开启", "The second step is not on"),
    "second.wrong": (
        "验证码不对、已用过或已过期，或失败次数过多",
        "The code is wrong, was used or is too old, or there were too many failures",
    ),
    "openid.subject": (
        "统一身份的标识须为 1 至 {most} 个字符",
        "The subject of an identity has 1 to {most} characters",
    ),
    "openid.linked": (
        "这个统一身份已关联账户 {name}：请先解除",
        "This identity is linked to the account {name}: take that back first",
    ),
    "openid.missing": ("没有这个统一身份的关联", "There is no such link of an identity"),
    "openid.off": (
        "没有设置统一身份登录：见 docs/guide/sign-in.md",
        "No OpenID provider is set up: see docs/guide/sign-in.md",
    ),
    "openid.half": (
        "统一身份登录还缺设置 {names}：请补上，或全部去掉",
        "The OpenID provider lacks the settings {names}: give them, or none at all",
    ),
    "openid.https": (
        "{name} 须以 https:// 开头（本机地址除外）：{value}",
        "{name} must begin with https:// (but for this computer itself): {value}",
    ),
    "openid.extra": (
        "统一身份登录需要一个附加组件：请运行 pip install gridmap[oidc]，或去掉 GRIDMAP_OIDC_ISSUER",
        "Signing in by OpenID needs an extra: run pip install gridmap[oidc], or remove GRIDMAP_OIDC_ISSUER",
    ),
    "admin.second_off": ("{name}：两步验证已关闭", "{name}: the second step is off"),
    "admin.linked": ("{name}：已关联统一身份（{key}）", "{name}: linked to the identity {key}"),
    "admin.unlinked": ("{key}：已解除关联", "{key}: no longer linked"),
}
