"""A parent that holds an embedded PostgreSQL until it is killed; `briefly` only starts and stops it."""

import sys
import time
from pathlib import Path

from shouwen.site.postgres import EmbeddedPostgres

with EmbeddedPostgres(Path(sys.argv[1]), durable=False) as server:
    print(server._child.pid if server._child else 0, flush=True)
    while "briefly" not in sys.argv:
        time.sleep(60)
