"""`shouwen policy check`: what is wrong with a pack, and what nobody has confirmed yet."""

import argparse
import sys
from collections.abc import Sequence

from shouwen import packs
from shouwen.core.policy import Policy, PolicyError
from shouwen.core.policy_unconfirmed import unconfirmed


def check(arguments: Sequence[str]) -> int:
    """检查规则包: each problem with file, line and reason; each unconfirmed number as a warning. Returns 1 when there is a problem."""
    parser = argparse.ArgumentParser(
        prog="shouwen policy check", description="检查规则包 · check policy packs for mistakes and unconfirmed numbers"
    )
    parser.add_argument(
        "packs",
        nargs="*",
        metavar="FILE",
        help="规则包文件或代码；不写则检查随程序提供的全部 · files or codes of packs; without any, all that ship",
    )
    given = parser.parse_args(arguments)
    return max([_checked(name) for name in given.packs or packs.shipped()], default=0)


def _checked(name: str) -> int:
    try:
        policy = packs.load(name)
    except PolicyError as error:
        print(f"{error.told('zh-hans')}\n{error.told('en')}", file=sys.stderr)
        return 1
    _tell(name, policy)
    return 0


def _tell(name: str, policy: Policy) -> None:
    stands_on = [("基于", "based on", policy.based_on), ("不超过", "within", policy.within)]
    zh = "".join(f"，{word} {key}" for word, _, key in stands_on if key)
    en = "".join(f", {word} {key}" for _, word, key in stands_on if key)
    print(f"{name}: {policy.key} 没有错误{zh} · no mistakes{en}")
    for mark in unconfirmed(policy):
        print(
            f"{name}: 警告：“{mark.title.zh}”未经核实（{mark.cited.zh}） · "
            f"warning: “{mark.title.en}” is unconfirmed ({mark.cited.en})"
        )
