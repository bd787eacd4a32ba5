"""Texts that carry both languages with them."""

import msgspec


class Text(msgspec.Struct, frozen=True):
    """双语文字: a text in Chinese, and in English where somebody wrote it."""

    zh: str
    en: str = ""

    def into(self, language: str) -> str:
        """The text in the language asked for ("en", "en-gb" …); Chinese for every other language and where no English is."""
        return self.en if language.startswith("en") and self.en else self.zh
