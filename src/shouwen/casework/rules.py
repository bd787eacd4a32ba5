"""Which policy pack applies: the standing one to what comes in, and to each complaint the one it was received under."""

from functools import lru_cache

from django.conf import settings

from shouwen import packs
from shouwen.casework.models import PolicyInUse
from shouwen.core.policy import Policy, PolicyError, load_policy
from shouwen.core.policy_file import Mistake
from shouwen.core.text import Text


def standing_policy() -> Policy:
    """The pack that the bank has chosen (setting SHOUWEN_PACK)."""
    return packs.load(settings.SHOUWEN_PACK)


def policy_of(key: str) -> Policy:
    """The pack under which a complaint was received, by its key ("boc-2008@1"), however the bank's file has changed since."""
    standing = standing_policy()
    return standing if standing.key == key else _recorded(key)


@lru_cache(maxsize=16)
def _recorded(key: str) -> Policy:
    return load_policy(PolicyInUse.objects.get(key=key).text, name=key)


def take_into_use() -> Policy:
    """At start: keep the text of the standing pack for as long as complaints refer to it.

    Refused with `PolicyError`: a pack whose text was changed without a new version.
    """
    policy = standing_policy()
    text = packs.text_of(settings.SHOUWEN_PACK)
    kept, is_new = PolicyInUse.objects.get_or_create(key=policy.key, defaults={"text": text})
    if not is_new and kept.text != text and load_policy(kept.text, name=policy.key) != policy:
        raise PolicyError(
            str(settings.SHOUWEN_PACK),
            (
                Mistake(
                    0,
                    Text(
                        f"规则包“{policy.key}”的内容有变，但版本号未变；已受理的投诉按原规则办理，请为新规则填写新的 version",
                        f"the pack “{policy.key}” has changed but its version has not; complaints were received under the old "
                        "rules: give the new rules a new version",
                    ),
                ),
            ),
        )
    return policy
