"""双语文字 in templates: `{{ text|localized }}`."""

from django import template
from django.utils.translation import get_language

from shouwen.core.text import Text

register = template.Library()


def in_reader_language(words: object) -> str:
    """A core `Text` in the language of this request; anything else as Django would write it, nothing for None."""
    if words is None:
        return ""
    if isinstance(words, Text):
        return words.into(get_language() or "zh-hans")
    return str(words)


register.filter("localized", in_reader_language)
