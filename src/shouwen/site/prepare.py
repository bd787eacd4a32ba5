"""What must be ready before the pages are (启动前的准备). Each step costs only a look when nothing has changed."""

import hashlib
import os
from pathlib import Path

from shouwen.site.config import Config


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
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(seen.hexdigest())


def migrate() -> None:
    """Brings the database to this version's schema; costs a look when it is there already."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def database_is_empty() -> bool:
    """True when nobody could sign in yet: there is no staff."""
    from django.contrib.auth import get_user_model

    return not get_user_model().objects.exists()
