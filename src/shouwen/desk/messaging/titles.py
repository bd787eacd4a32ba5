"""What templates and ways are called on the screen."""

from shouwen.core.text import Text
from shouwen.messaging import texts
from shouwen.messaging.adapters import ADAPTERS, SCREEN

LANGUAGE_TITLES = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}
NOTICE = Text("系统间通知", "Notice to another system")


def template_title(code: str) -> Text:
    """A template's title; webhooks have none, and a template of an older version is named by its code."""
    if code.startswith("webhook_"):
        return NOTICE
    template = texts.templates().get(code)
    return template.title if template else Text(code)


def way_title(way: str) -> Text:
    if way == "screen":
        return SCREEN.title
    return ADAPTERS[way].title if way in ADAPTERS else Text(way)
