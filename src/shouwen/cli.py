"""`shouwen`: the one command for operators (运维命令).

To add a command, add a line to COMMANDS. Its function gets the remaining arguments and returns the exit code; it is
imported only when it is called.
"""

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from shouwen import __version__
from shouwen.casework.privacy.problems import KeyProblem
from shouwen.core.policy import PolicyError
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.site import config as settings_file
from shouwen.site.postgres import EmbeddedPostgres, find_binaries, running_url
from shouwen.site.prepare import set_up_django
from shouwen.site.trouble import Trouble


class Command(NamedTuple):
    """One command: the function as `module:name`, its help, and whether Django and the database must be there."""

    target: str
    help: Text
    django: bool = True
    database: bool = True

    @property
    def exists(self) -> bool:
        """Whether the package was built with the part that the command belongs to."""
        module = self.target.partition(":")[0]
        try:
            return importlib.util.find_spec(module) is not None
        except ModuleNotFoundError:  # a folder above it is missing
            return False


COMMANDS = {
    "run": Command(
        "shouwen.site.dev:main",
        Text("一条命令运行全部（试用、开发）", "run everything in one process, for trial and development"),
        django=False,
        database=False,
    ),
    "serve": Command(
        "shouwen.site.commands:serve", Text("提供网页服务", "serve the pages"), django=False, database=False
    ),
    "worker": Command(
        "shouwen.site.commands:worker", Text("执行后台任务，直到被停止", "do the queued jobs until told to stop")
    ),
    "migrate": Command(
        "shouwen.site.commands:migrate", Text("把数据库升级到本版本", "bring the database to this version")
    ),
    "static": Command(
        "shouwen.site.commands:static",
        Text("收集静态文件", "gather the static files"),
        django=False,
        database=False,
    ),
    "verify": Command(
        "shouwen.insight.commands:verify",
        Text("重放全部日志并与投诉比对", "replay every journal and compare it with the complaints"),
    ),
    "rebuild": Command(
        "shouwen.insight.commands:rebuild",
        Text("按日志重写不符的投诉记录", "write complaints that differ from their journals anew"),
    ),
    "import": Command(
        "shouwen.intake.commands:main",
        Text("导入投诉、机构人员，或输出模板", "import complaints or the organisation, or write a template"),
    ),
    "import activity": Command(
        "shouwen.insight.loading_commands:import_activity",
        Text("导入客户去留", "import who of the complainants is still a customer"),
    ),
    "import denominators": Command(
        "shouwen.insight.loading_commands:import_denominators",
        Text("导入网点和客户数", "import how many outlets and customers a unit has"),
    ),
    "mailbox": Command(
        "shouwen.intake.mailbox.commands:main",
        Text("收取投诉邮件一次，或接收 SMTP", "fetch the complaints' mails once, or receive them by SMTP"),
    ),
    "password": Command(
        "shouwen.organisation.commands:password_code",
        Text("生成密码设置码，首位管理员由此登录", "make a password code; the first administrator gets in by it"),
    ),
    "token": Command(
        "shouwen.api.commands:main",
        Text("接口访问令牌：新建、列出、停用", "access tokens of the interface: make, list, revoke"),
    ),
    "policy check": Command(
        "shouwen.packs.commands:check",
        Text("检查规则包文件", "check policy packs: mistakes and unconfirmed numbers"),
        django=False,
        database=False,
    ),
    "policy explain": Command(
        "shouwen.casework.explaining:main",
        Text("说明一件投诉的规则和时限", "explain the rules and clocks of a complaint"),
    ),
    "demo": Command("shouwen.demo.command:main", Text("演示数据", "the demonstration bank")),
    "check": Command(
        "shouwen.site.commands:check",
        Text("检查部署设置", "check the settings of this installation"),
        database=False,
    ),
}

# Everything that is a sentence for its reader, not a defect of the program.
SAID = (Trouble, Refusal, PolicyError, KeyProblem)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns 0, 2 for what the reader can put right, or the command's own code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    if given[0] in ("-V", "--version", "version"):
        print(f"shouwen {__version__}")
        return 0
    name = next((name for name in (" ".join(given[:2]), given[0]) if name in COMMANDS), given[0])
    command = COMMANDS.get(name)
    if command is None or not command.exists:
        print(f"没有这个命令：{given[0]}\nNo such command: {given[0]}\n\n{usage()}", file=sys.stderr)
        return 2
    try:
        with prepared(command):
            module, _, function = command.target.partition(":")
            return int(getattr(importlib.import_module(module), function)(given[len(name.split()) :]) or 0)
    except SAID as said:
        print(sentence(said), file=sys.stderr)
        return 2


def sentence(said: Exception) -> str:
    """What went wrong, in Chinese and then in English."""
    if isinstance(said, PolicyError):
        return f"{said.told('zh-hans')}\n{said.told('en')}"
    if isinstance(said, Refusal):
        return f"{said.message.zh}\n{said.message.en}"
    return str(said)


@contextmanager
def prepared(command: Command) -> Iterator[None]:
    """What the command needs. Without a DATABASE_URL and without a `make run`, the embedded database runs meanwhile."""
    if not command.django:
        yield
        return
    config = settings_file.load()
    database = None
    if command.database and config.database_url is None and running_url(config.database_home) is None:
        config.make_signing_key()
        database = EmbeddedPostgres(config.database_home, binaries=find_binaries(config.pg_bin))
        database.start()
        os.environ["DATABASE_URL"] = database.url
    try:
        set_up_django()
        yield
    finally:
        if database:
            from django.db import connections

            connections.close_all()
            database.stop()


def usage() -> str:
    lines = ["shouwen <命令 command> [--help]", ""]
    lines += [
        f"  {name:<20} {command.help.zh} · {command.help.en}" for name, command in COMMANDS.items() if command.exists
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
