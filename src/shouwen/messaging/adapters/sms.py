"""短信: a gateway that takes JSON by HTTP POST (SHOUWEN_SMS_URL). Most gateways, or a small relay before them, can."""

import time
from typing import Any

from django.conf import settings

from shouwen.core.text import Text
from shouwen.messaging.adapters.letter import Letter
from shouwen.messaging.adapters.posting import encoded, post, signed


class Sms:
    """The body is the JSON of SHOUWEN_SMS_BODY with {id}, {to} and {text} filled in; `Idempotency-Key` knows a second copy."""

    title = Text("短信", "SMS")

    def configured(self) -> bool:
        return bool(settings.SHOUWEN_SMS_URL)

    def send(self, letter: Letter) -> None:
        values = {"{id}": letter.id, "{to}": letter.address, "{text}": letter.text}
        body = encoded(_filled(settings.SHOUWEN_SMS_BODY, values))
        headers = {
            **settings.SHOUWEN_SMS_HEADERS,
            "Idempotency-Key": letter.id,
            **signed(settings.SHOUWEN_SMS_SECRET, str(int(time.time())), body),
        }
        post(str(settings.SHOUWEN_SMS_URL), body, headers)


def _filled(part: Any, values: dict[str, str]) -> Any:
    """The body with its words filled in after it was read as JSON, so that no text can break out of its quotes."""
    match part:
        case dict():
            return {name: _filled(each, values) for name, each in part.items()}
        case list():
            return [_filled(each, values) for each in part]
        case str() if part in values:
            return values[part]
        case str():
            # Only the operator's words are searched for names, never what was filled in.
            words, rest = "", part
            while rest:
                name = next((name for name in values if rest.startswith(name)), "")
                words += values[name] if name else rest[0]
                rest = rest[len(name) or 1 :]
            return words
        case _:
            return part
