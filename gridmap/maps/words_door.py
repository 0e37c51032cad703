"""What people read where they sign in and look after their account, Chinese first."""

DOOR = {
    "nav.account": ("账户", "Account"),
    "sign-in.title": ("登录", "Sign in"),
    "account.title": ("账户", "Account"),
    "door.name": ("账户名", "Account"),
    "door.password": ("密码", "Password"),
    "door.enter": ("登录", "Sign in"),
    "door.refused": (
        "账户名或密码不对，或失败次数过多。请稍后再试，或请管理员重设密码。",
        "The account or password is wrong, or there were too many failures. Try later or ask the administrator.",
    ),
    "door.ended": ("已退出登录。", "You are signed out."),
    "door.changed": ("密码已修改，请用新密码登录。", "The password is changed. Sign in with the new one."),
    "door.own": (
        "仅供授权人员使用。每次登录、修改和导出都会留痕。",
        "For authorised people only. Every sign-in, change and export is recorded.",
    ),
    "account.who": ("当前账户：{name}", "Signed in as {name}"),
    "account.leave": ("退出登录", "Sign out"),
    "account.change": ("修改密码", "Change the password"),
    "account.must": ("首次登录或密码到期：请先修改密码。", "First change the password: it is new or too old."),
    "account.old": ("原密码", "Old password"),
    "account.new": ("新密码", "New password"),
    "account.again": ("再输一次新密码", "New password again"),
    "account.rule": (
        "至少 {n} 个字符，含大写、小写、数字、符号中的三种，不含账户名。",
        "{n} characters or more, three of capitals, small letters, digits, other signs; not your account's name.",
    ),
    "account.save": ("保存", "Save"),
    "account.wrong": ("原密码不对。", "The old password is wrong."),
    "account.differ": ("两次输入的新密码不同。", "The two new passwords differ."),
    "account.weak": ("新密码不合要求，或与原密码相同。", "The new password breaks the rule or is the old one."),
    "account.back": ("回到总览", "Back to the overview"),
}
