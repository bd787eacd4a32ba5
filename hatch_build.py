"""Build step: the .mo files that Django reads are made from the committed .po files, and the chart library is fetched from npm."""

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface[Any]):
    """Builds the interface texts (界面文字) into the wheel, which then needs no polib to run, and the chart library (图表库)."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        import polib

        for source in Path(self.root, "src").glob("**/locale/*/LC_MESSAGES/*.po"):
            polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))
        self.fetch_charts()

    def fetch_charts(self) -> None:
        """图表库 as at set-up; where npm cannot be reached the wheel is built without it, and says so."""
        sys.path.insert(0, self.root)
        import install

        if not (install.CHARTS / "echarts.js").exists():
            install.fetch_charts(dict(os.environ))
