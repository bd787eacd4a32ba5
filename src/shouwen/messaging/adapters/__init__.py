"""发送渠道: one file for each way out, found by this table. A new one is a file and a line here."""

from django.conf import settings

from shouwen.messaging.adapters import dingtalk, email, screen, sms, webhook, wecom
from shouwen.messaging.adapters.letter import Adapter, Letter, NotSent

ADAPTERS: dict[str, Adapter] = {
    "email": email.Email(),
    "sms": sms.Sms(),
    "wecom": wecom.WeCom(),
    "dingtalk": dingtalk.DingTalk(),
    "webhook": webhook.Webhook(),
}
SCREEN = screen.Screen()


def adapter_for(way: str) -> Adapter | None:
    """The adapter that carries a way now. None where the bank has configured none; on trial the screen stands in for it."""
    adapter = ADAPTERS[way]
    if adapter.configured():
        return adapter
    return SCREEN if settings.SHOUWEN_MESSAGES_ON_SCREEN else None


__all__ = ["ADAPTERS", "SCREEN", "Adapter", "Letter", "NotSent", "adapter_for"]
