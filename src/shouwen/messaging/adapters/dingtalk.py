"""钉钉: a robot in a group of the staff (SHOUWEN_DINGTALK_URL), signed (加签) where SHOUWEN_DINGTALK_SECRET is set."""

import base64
import hashlib
import hmac
import time
from urllib.parse import urlencode

from django.conf import settings

from shouwen.core.text import Text
from shouwen.messaging.adapters.letter import Letter
from shouwen.messaging.adapters.posting import encoded, post, require_zero


def sign(secret: str, milliseconds: str) -> str:
    """DingTalk's signature: base64 of HMAC-SHA256 over the time and the secret, under the secret."""
    return base64.b64encode(
        hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()
    ).decode()


class DingTalk:
    title = Text("钉钉", "DingTalk")

    def configured(self) -> bool:
        return bool(settings.SHOUWEN_DINGTALK_URL)

    def send(self, letter: Letter) -> None:
        url, secret = str(settings.SHOUWEN_DINGTALK_URL), settings.SHOUWEN_DINGTALK_SECRET
        if secret:
            now = str(int(time.time() * 1000))
            url += ("&" if "?" in url else "?") + urlencode({"timestamp": now, "sign": sign(secret, now)})
        answer = post(url, encoded({"msgtype": "text", "text": {"content": letter.text}}))
        require_zero(answer, "errcode", self.title)
