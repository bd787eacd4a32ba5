"""屏幕: for trials without network. The letter goes nowhere; staff read it at /settings/outbox/."""

from django.conf import settings

from shouwen.core.text import Text
from shouwen.messaging.adapters.letter import Letter


class Screen:
    """Takes every letter (setting SHOUWEN_MESSAGES_ON_SCREEN)."""

    title = Text("屏幕（试用）", "Screen (trial)")

    def configured(self) -> bool:
        return bool(settings.SHOUWEN_MESSAGES_ON_SCREEN)

    def send(self, letter: Letter) -> None:
        return
