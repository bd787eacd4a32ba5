"""The operator's commands that belong to the site itself; `cli.COMMANDS` names them."""

import argparse
import os
from collections.abc import Sequence

from shouwen.site import config as settings_file


def _parser(command: str, description: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"shouwen {command}", description=description)


def serve(arguments: Sequence[str]) -> int:
    """网页服务: serve the pages on SHOUWEN_HOST and SHOUWEN_PORT; refuses a port that is taken."""
    from shouwen.site import serve as server

    config = settings_file.load()
    config.signing_key()  # says what is missing before any worker starts
    parser = _parser("serve", "提供网页服务 · serve the pages")
    parser.add_argument("--host", default=config.host)
    parser.add_argument("--port", type=int, default=config.port)
    parser.add_argument("--workers", type=int, default=config.web_workers)
    parser.add_argument("--threads", type=int, default=config.web_threads)
    parser.add_argument("--fd", type=int, help="已打开的监听套接字 · a listening socket that the parent has opened")
    given = parser.parse_args(arguments)
    # Only the pages have threads that share connections; commands and jobs open what they need.
    os.environ.setdefault("SHOUWEN_DATABASE_POOL", str(given.threads))
    if given.fd is None:  # a parent that opened the socket has made everything ready, or is doing so now
        _begin_before_forking()
    claimed = server.listen(given.host, given.port) if given.fd is None else server.inherited(given.fd)
    return server.serve(claimed, workers=given.workers, threads=given.threads)


def _begin_before_forking() -> None:
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    from shouwen.site.prepare import begin, set_up_django

    set_up_django()
    begin()
    opened = connections["default"]
    opened.close()
    if isinstance(opened, DatabaseWrapper):
        opened.close_pool()  # the page processes must not inherit connections


def worker(arguments: Sequence[str]) -> int:
    """后台任务: do queued jobs until SIGTERM or SIGINT."""
    from shouwen.site import worker as jobs
    from shouwen.site.prepare import begin

    parser = _parser("worker", "执行后台任务 · do the queued jobs")
    parser.add_argument("--concurrency", type=int, default=4)
    given = parser.parse_args(arguments)
    begin()
    return jobs.run(given.concurrency)


def migrate(arguments: Sequence[str]) -> int:
    """升级数据库: apply every migration that the database has not seen; at the first time also make key and calendar."""
    from django.core.management import call_command

    from shouwen.site.prepare import begin

    _parser("migrate", "把数据库升级到本版本 · bring the database to this version").parse_args(arguments)
    call_command("migrate", interactive=False)
    begin()
    return 0


def static(arguments: Sequence[str]) -> int:
    """收集静态文件: interface texts and hashed static files, as `shouwen serve` needs them."""
    from shouwen.site.messages import compile_messages
    from shouwen.site.prepare import collect_static, set_up_django

    _parser("static", "收集静态文件 · gather the static files").parse_args(arguments)
    config = settings_file.load()
    config.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    set_up_django()
    compile_messages()
    collect_static(config)
    return 0


def check(arguments: Sequence[str]) -> int:
    """检查部署设置: the policy pack, Django's deployment checks on these settings, and what files need: does it answer now?

    Returns 1 when something is to be put right.
    """
    from django.core.management import CommandError, call_command

    from shouwen.casework.files import malware, store
    from shouwen.casework.rules import chosen_policy

    _parser("check", "检查部署设置 · check the settings").parse_args(arguments)
    chosen_policy()
    is_right = malware.answers()
    if not is_right:
        print(
            "病毒查杀服务（SHOUWEN_CLAMAV）没有应答：现在所有附件都会被拒收。请检查 clamd 是否运行、地址和权限是否正确。\n"
            "The virus scanner (SHOUWEN_CLAMAV) does not answer: every file is refused meanwhile. See that clamd runs, and that its "
            "address and the permissions of its socket are right."
        )
    if not store.standing().answers():
        is_right = False
        print(
            "附件存储不可用（SHOUWEN_FILES、SHOUWEN_S3_*、SHOUWEN_FILES_DIR）：附件无法存取。请检查地址、存储桶、密钥和权限。\n"
            "The store of files cannot be used (SHOUWEN_FILES, SHOUWEN_S3_*, SHOUWEN_FILES_DIR): files can be neither kept nor read. "
            "Check address, bucket, keys and permissions."
        )
    try:
        call_command("check", deploy=True, fail_level="WARNING")
    except CommandError as error:
        print(error)
        is_right = False
    return 0 if is_right else 1
