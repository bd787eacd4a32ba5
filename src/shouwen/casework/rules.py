"""Which policy pack applies: the standing one to what comes in, and to each complaint the one it was received under."""

from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from shouwen import packs
from shouwen.casework.models import PolicyInUse
from shouwen.core.policy import Policy, PolicyError, load_policy
from shouwen.core.policy_base import named
from shouwen.core.policy_file import Mistake
from shouwen.core.text import Text


def chosen_policy() -> Policy:
    """The pack that the bank has chosen (setting SHOUWEN_PACK), whether it has begun or not."""
    return packs.load(settings.SHOUWEN_PACK)


def standing_policy(on: date | None = None) -> Policy:
    """The chosen pack in the version that stands on a day of its zone; without a day, today.

    A version that begins later leaves the one before it standing: a shipped one, or one that was in use here. Where none
    had begun (a complaint from before the first), the chosen one stands.
    """
    chosen = chosen_policy()
    day = on or timezone.now().astimezone(chosen.zone).date()
    if chosen.valid_from <= day:
        return chosen
    begun = [policy for policy in _versions(chosen.code) if policy.valid_from <= day]
    return max(begun, key=lambda policy: policy.valid_from, default=chosen)


def _versions(code: str) -> list[Policy]:
    kept = PolicyInUse.objects.filter(key__startswith=f"{code}@").values_list("key", flat=True)
    return [*packs.versions(code), *(_recorded(key) for key in kept)]


def policy_of(key: str) -> Policy:
    """The pack under which a complaint was received, by its key ("boc-2008@1"), however the bank's file has changed since."""
    standing = standing_policy()
    return standing if standing.key == key else _recorded(key)


@lru_cache(maxsize=16)
def _recorded(key: str) -> Policy:
    return load_policy(_text_of(key), name=key, texts=_text_of)


def _text_of(key: str) -> str:
    """The text of a pack as it was kept, for the program may ship another version by now; else as it ships."""
    kept = PolicyInUse.objects.filter(key=key).values_list("text", flat=True).first()
    return packs.text_of(key) if kept is None else kept


def take_into_use() -> Policy:
    """At start: keep the text of the standing pack, and of those that it stands on, for as long as complaints refer to it.

    Refused with `PolicyError`: a pack whose text was changed without a new version, and a pack for another time zone.
    """
    policy = chosen_policy()
    _require_zone(policy)
    text = packs.text_of(settings.SHOUWEN_PACK)
    _keep(policy, text)
    return policy


def _keep(policy: Policy, text: str) -> None:
    for name in named(text):
        _keep(packs.load(name), packs.text_of(name))
    kept, is_new = PolicyInUse.objects.get_or_create(key=policy.key, defaults={"text": text})
    if is_new or (kept.text == text) or load_policy(kept.text, name=policy.key, texts=_text_of) == policy:
        return
    raise _refused(
        f"规则包“{policy.key}”的内容有变，但版本号未变；已受理的投诉按原规则办理，请为新规则填写新的 version",
        f"the pack “{policy.key}” has changed but its version has not; complaints were received under the old "
        "rules: give the new rules a new version",
    )


def _require_zone(policy: Policy) -> None:
    if policy.zone != ZoneInfo(settings.TIME_ZONE):
        raise _refused(
            f"规则包“{policy.key}”的时区为 {policy.zone}，本系统设为 {settings.TIME_ZONE}；"
            f"请设置 SHOUWEN_TIME_ZONE={policy.zone}，或使用本时区的规则包",
            f"the pack “{policy.key}” counts its days in {policy.zone}, this installation in {settings.TIME_ZONE}; "
            f"set SHOUWEN_TIME_ZONE={policy.zone}, or use a pack for this zone",
        )


def _refused(zh: str, en: str) -> PolicyError:
    return PolicyError(str(settings.SHOUWEN_PACK), (Mistake(0, Text(zh, en)),))
