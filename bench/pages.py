"""Pages (页面): how long the desk lets a person wait, in a small bank and in a large one."""

import random
import re
import time
from collections.abc import Callable

from bench.client import Client
from bench.house import House
from bench.table import Figure, at_most

GOAL_MS = 60
TIMES, UNCOUNTED = 120, 10
SEARCHES = 50
"""With those uncounted as many as a person may send in ten minutes (`casework.attempts.LOOK_UPS`)."""
WORDS = ("吞卡", "排队时间", "年费", "宣传折页", "手机银行转账", "态度生硬")
PEOPLE = {"hotline supervisor": "100110", "outlet contact": "11110101"}
"""The one sees the whole bank, the other one outlet."""


def measure(bank: House, size: str) -> list[Figure]:
    figures = []
    dice = random.Random(1)
    newest = bank.execute("SELECT number FROM casework_complaintrow WHERE NOT secret ORDER BY random() LIMIT 200")
    numbers = [str(row[0]) for row in newest]
    for who, employee_no in PEOPLE.items():
        client = Client(bank.port, employee_no)

        def shown(path: str, client: Client = client) -> Callable[[], None]:
            return lambda: _get(client, path)

        def later(client: Client = client) -> str:
            after = re.search(r'href="(\?[^"]*after=[^"]+)"', client.get("/complaints/"))
            return "/complaints/" + (after[1].replace("&amp;", "&") if after else "")

        def searched(client: Client = client) -> None:
            _, _, location = client.post("/find/", {"q": dice.choice(WORDS)})
            if "?s=" not in location:
                raise RuntimeError("the search was refused: that many look-ups are not allowed in ten minutes")
            client.get(location)

        figures.append(_figure(size, who, "my tasks", shown("/tasks/")))
        figures.append(_figure(size, who, "my unit's tasks", shown("/tasks/?list=unit")))
        figures.append(_figure(size, who, "complaints, first page", shown("/complaints/")))
        figures.append(_figure(size, who, "complaints, second page", shown(later())))
        figures.append(_figure(size, who, "complaints of one stage", shown("/complaints/?stage=investigating")))
        bank.execute("DELETE FROM casework_attempts")
        figures.append(_figure(size, who, "search by words", searched, SEARCHES))
        if who == "hotline supervisor":
            figures.append(
                _figure(size, who, "case page", lambda c=client: _get(c, f"/complaints/{dice.choice(numbers)}/"))
            )
    return figures


def _get(client: Client, path: str) -> None:
    client.get(path)


def _figure(size: str, who: str, what: str, once: Callable[[], None], times: int = TIMES) -> Figure:
    """The first requests fill caches and are not counted."""
    seconds: list[float] = []
    for attempt in range(times + UNCOUNTED):
        started = time.perf_counter()
        once()
        if attempt >= UNCOUNTED:
            seconds.append(time.perf_counter() - started)
    return at_most(f"{size}: {what} ({who})", seconds, GOAL_MS)
