"""`shouwen demo`: load the demo bank, or name its accounts."""

import argparse
from collections.abc import Sequence

from shouwen.demo.bank import ACCOUNTS, PASSWORD


def main(arguments: Sequence[str]) -> int:
    """示范数据: `load` writes the demo bank into an empty database, `accounts` prints who can sign in."""
    parser = argparse.ArgumentParser(prog="shouwen demo", description="示范数据 · the demonstration bank")
    parser.add_argument("action", choices=("load", "accounts"))
    parser.add_argument("--complaints", type=int, default=360)
    parser.add_argument("--seed", type=int, default=2008)
    given = parser.parse_args(arguments)
    if given.action == "accounts":
        print(accounts())
        return 0
    from shouwen.demo.load import load

    written = load(given.complaints, given.seed, cast=given.complaints > 0)
    if given.complaints and not written:
        print(
            "本规则包的分类与示范投诉不同，只装入了机构和人员。 "
            "This policy pack has other classes than the demo complaints; only the organisation is loaded."
        )
        return 0
    print(
        f"示范银行已装入：{written} 件投诉（均为程序生成）。 The demo bank is loaded: {written} complaints, all generated."
    )
    return 0


def accounts() -> str:
    """The demo accounts as lines to print."""
    lines = [f"  {number:<10} {zh} · {en}" for number, zh, en in ACCOUNTS]
    return "\n".join([*lines, f"  密码 password: {PASSWORD}"])
