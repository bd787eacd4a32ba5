"""企业微信: a robot in a group of the staff (SHOUWEN_WECOM_URL)."""

from django.conf import settings

from shouwen.core.text import Text
from shouwen.messaging.adapters.letter import Letter
from shouwen.messaging.adapters.posting import encoded, post, require_zero


class WeCom:
    """A text message to the group; the robot's key is part of its address."""

    title = Text("企业微信", "WeCom")

    def configured(self) -> bool:
        return bool(settings.SHOUWEN_WECOM_URL)

    def send(self, letter: Letter) -> None:
        answer = post(str(settings.SHOUWEN_WECOM_URL), encoded({"msgtype": "text", "text": {"content": letter.text}}))
        require_zero(answer, "errcode", self.title)
