"""Version stamps: how a process learns that what it keeps in memory has changed in the database."""

from shouwen.organisation.models import Stamp


def version_of(name: str) -> int:
    """The number of changes so far to the tables that stand under this name."""
    return Stamp.objects.values_list("version", flat=True).get(name=name)
