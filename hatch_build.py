"""Build step: the .mo files that Django reads are made from the committed .po files."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class MessagesHook(BuildHookInterface[Any]):
    """Builds the interface texts (界面文字) into the wheel, which then needs no polib to run."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        import polib

        for source in Path(self.root, "src").glob("**/locale/*/LC_MESSAGES/*.po"):
            polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))
