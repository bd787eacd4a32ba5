"""What can be wrong with keys and sealed values, each in a sentence that says what to do. Never with a value or a key in it."""

from pathlib import Path

from shouwen.core.text import Text


class _Spoken(Exception):
    def __init__(self, message: Text) -> None:
        super().__init__(f"{message.zh}\n{message.en}")
        self.message = message


class KeyProblem(_Spoken):
    """主密钥问题: the program cannot work with the master key file, and must not start until somebody has looked."""


class KeyMissing(KeyProblem):
    """主密钥文件缺失. A new key is never made in place of one that a database was sealed with."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Text(
                f"找不到个人信息主密钥文件 {path}。数据库中的个人信息用它加密，没有它无法读取。"
                "请从备份恢复该文件（权限 600）后重新启动；程序不会另造新密钥，以免原有数据再也无法读取。",
                f"The master key file for personal data, {path}, is missing. The personal data in the database are sealed with "
                "it and cannot be read without it. Restore the file from its backup (mode 600) and start again; no new key is "
                "made in its place, because what is sealed could then never be read again.",
            )
        )


class KeyWrong(KeyProblem):
    """主密钥不符: the file is whole, but these data were sealed with another one."""

    def __init__(self, path: Path, missing_key: str = "") -> None:
        which = (
            (f"（缺少编号 {missing_key} 的密钥）", f" (it lacks the key {missing_key})") if missing_key else ("", "")
        )
        super().__init__(
            Text(
                f"主密钥文件 {path} 与数据库不符{which[0]}：数据是用另一个密钥文件加密的。"
                "请恢复与此数据库配套的密钥文件，或检查 SHOUWEN_KEY_FILE 与数据库地址是否指向同一套系统。",
                f"The master key file {path} does not belong to this database{which[1]}: its data were sealed with another file. "
                "Restore the key file that was kept for this database, or check that SHOUWEN_KEY_FILE and the database address "
                "are of the same installation.",
            )
        )


class KeyUnreadable(KeyProblem):
    """主密钥文件损坏或无法读写."""

    def __init__(self, path: Path, reason: Text) -> None:
        super().__init__(
            Text(
                f"主密钥文件 {path} 无法使用：{reason.zh}。请从备份恢复，不要手工修改。",
                f"The master key file {path} cannot be used: {reason.en}. Restore it from its backup; do not edit it by hand.",
            )
        )


class KeyExposed(KeyProblem):
    """主密钥文件权限过宽: others on this machine may read or change it."""

    def __init__(self, path: Path, mode: int) -> None:
        super().__init__(
            Text(
                f"主密钥文件 {path} 的权限是 {mode:03o}，其他用户可以读取或修改。请执行 chmod 600 {path} 后重新启动。",
                f"The master key file {path} has mode {mode:03o}: others can read or change it. Run chmod 600 {path} and start again.",
            )
        )


class SealBroken(_Spoken):
    """封存数据校验失败: changed, moved from another place, or sealed with another key. Nothing of it is shown."""

    def __init__(self, context: str) -> None:
        super().__init__(
            Text(
                f"封存的个人信息校验失败（{context}）：数据被改动、被移到了别处，或不是用此密钥加密的。"
                "请勿继续使用这条数据，运行 shouwen verify 检查，并从备份恢复。",
                f"Sealed personal data failed their check ({context}): they were changed, moved from elsewhere, or sealed with "
                "another key. Do not use this record; run shouwen verify and restore it from a backup.",
            )
        )
