"""What many tests stand on, laid once: a transaction stays open from one test to the next, each works in a savepoint of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache

from django.db import connection, transaction

from shouwen.demo.load import load
from shouwen.insight import figures
from shouwen.organisation import calendar, directory
from shouwen.site.prepare import begin

Lay = Callable[[], object]
StandOn = Callable[[Lay], None]


class Ground:
    """What lies in the database between two tests: nothing, or what one function wrote.

    A test that asks for something else, or for nothing, finds no trace of it.
    """

    def __init__(self) -> None:
        self._laid: tuple[Lay, transaction.Atomic] | None = None

    def lay(self, wanted: Lay) -> None:
        if self._laid and self._laid[0] is wanted:
            return
        self.clear()
        block = transaction.atomic()
        block.__enter__()
        self._laid = (wanted, block)
        try:
            wanted()
        except BaseException:
            self.clear()
            raise

    def clear(self) -> None:
        if self._laid:
            _, block = self._laid
            self._laid = None
            transaction.set_rollback(True)
            block.__exit__(None, None, None)
            forget()


def forget() -> None:
    """What this process keeps in memory of a bank that may be gone."""
    calendar.forget()
    directory.forget()


class Original:
    """A copy of the test database as it is now, from which it is made again: faster than emptying each of its tables."""

    def __init__(self) -> None:
        self.name = connection.settings_dict["NAME"]
        self.copy = f"{self.name}_original"
        self._make(self.copy, self.name)

    def restore(self) -> None:
        """Everything that was committed since is gone, whatever triggers forbid, and whoever is still connected."""
        self._make(self.name, self.copy)
        forget()

    def remove(self) -> None:
        with _beside() as run:
            run(f'DROP DATABASE "{self.copy}"')

    @staticmethod
    def _make(name: str, template: str) -> None:
        with _beside() as run:
            run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


@contextmanager
def _beside() -> Iterator[Callable[[str], object]]:
    """Runs statements about databases, from a connection to none of them."""
    connection.close()
    with connection._nodb_cursor() as cursor:
        yield cursor.execute


# --- Grounds -------------------------------------------------------------------------------------------------------------


@cache
def demo_bank(complaints: int, *, until: datetime | None = None, cast: bool = False, folded: bool = False) -> Lay:
    """The demo bank with so many complaints, as `load` makes it; with `folded` its figures are ready for the statistics."""

    def lay() -> None:
        begin()
        load(complaints, until=until, cast=cast)
        if folded:
            figures.fold()

    return lay
