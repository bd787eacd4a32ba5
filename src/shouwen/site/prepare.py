"""What must be ready before the pages are (启动前的准备). Each step costs only a look when nothing has changed."""

import hashlib
import os
from pathlib import Path

from shouwen.site.config import Config
from shouwen.site.trouble import Trouble

UNUSED = ["redoc*"]
"""Of ninja's two readers of an interface's description, ours is the other; this one has 4 MB."""


def set_up_django() -> None:
    """Loads settings and apps; whatever is imported from Django's models comes after this."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shouwen.site.settings")
    import django

    django.setup()


def collect_static(config: Config) -> None:
    """Gathers the static files with hashed names, when one has changed since the last time."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(["CVS", ".*", "*~"]):
            status = Path(storage.path(path)).stat()
            seen.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    stamp = config.data_dir / "static.stamp"
    if stamp.exists() and config.static.exists() and stamp.read_text() == seen.hexdigest():
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=UNUSED)
    stamp.write_text(seen.hexdigest())


def needs_migration() -> bool:
    """Whether this version has migrations that the database has not seen."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> None:
    """Brings the database to this version's schema; costs a look when it is there already."""
    from django.core.management import call_command

    if needs_migration():
        call_command("migrate", interactive=False, verbosity=0)


def begin() -> None:
    """What the pages and the jobs may rely on: the policy pack, the personal-data key, the working calendar.

    Makes the key and the calendar at the first start of a new database, and only then. Refused: a database of another
    version (Trouble), a pack with a mistake (PolicyError), a key that is missing or another one's (KeyProblem).
    """
    from django.db import connection, transaction
    from django.utils import timezone

    from shouwen.casework.models import PersonalDataKey
    from shouwen.casework.privacy import prepare_keyring
    from shouwen.casework.rules import chosen_policy, take_into_use
    from shouwen.organisation.calendar import PACKAGE, seed_calendar
    from shouwen.organisation.models import CalendarDay

    chosen_policy()  # a mistake in the pack is told before anything is asked of the database
    if needs_migration():
        raise Trouble(
            "数据库还不是本版本的结构。请先运行：shouwen migrate",
            "The database is not at this version yet. Run first: shouwen migrate",
        )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('shouwen.begin'))")  # two hosts may start at once
        take_into_use()
        kept = PersonalDataKey.objects.first()
        ring = prepare_keyring(bytes(kept.check_value) if kept else None)
        if kept is None:
            PersonalDataKey.objects.create(check_value=ring.check_value(), made_at=timezone.now())
        if not CalendarDay.objects.filter(source=PACKAGE).exists():
            seed_calendar()


def database_is_empty() -> bool:
    """True when nobody could sign in yet: there is no staff."""
    from django.contrib.auth import get_user_model

    return not get_user_model().objects.exists()
