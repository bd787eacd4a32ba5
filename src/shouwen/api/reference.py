"""参考信息: what a caller may send, from the standing policy pack and the bank's organisation."""

from typing import Annotated, Any

from ninja import Query, Router

from shouwen.api import terms
from shouwen.api.complaints import ASKED
from shouwen.api.guard import ApiRequest, BearerToken
from shouwen.api.tokens import Scope
from shouwen.casework.rules import standing_policy
from shouwen.core.channel import Channel
from shouwen.core.policy import Policy
from shouwen.core.text import Text
from shouwen.organisation.directory import directory

PAGE = 1000
router = Router(tags=["policy"])
READ = {status: ASKED[status] for status in (401, 403, 405, 422, 429)}


@router.get("/policy", auth=BearerToken(Scope.POLICY_READ), response={200: terms.PolicyTold, **READ}, url_name="policy")
def policy(request: ApiRequest) -> Any:
    """规则包: channels with their facts, classes with their time limits, kinds."""
    standing = standing_policy()
    return {
        "key": standing.key,
        "title": _words(standing.title),
        "channels": [_channel(channel) for channel in standing.channels],
        "classes": [_class(standing, each.code, each.title) for each in standing.given_classes],
        "kinds": [{"code": kind.code, "title": _words(kind.title)} for kind in standing.kinds],
    }


@router.get("/units", auth=BearerToken(Scope.POLICY_READ), response={200: terms.UnitsTold, **READ}, url_name="units")
def units(
    request: ApiRequest,
    after: Annotated[str, Query(max_length=64, pattern=terms.CODE, description="`next` of the page before")] = "",
) -> Any:
    """机构 that are open, by their code, 1,000 a page."""
    people = directory()
    following = sorted((unit for unit in people.open_units() if unit.code > after), key=lambda unit: unit.code)
    page = following[:PAGE]
    return {
        "units": [
            {
                "code": unit.code,
                "name": unit.name,
                "kind": unit.kind.value,
                "parent": above.code if unit.parent_id and (above := people.unit(unit.parent_id)) else None,
                "own": request.auth.unit_id in unit.line,
            }
            for unit in page
        ],
        "next": page[-1].code if len(following) > PAGE else None,
    }


def _channel(channel: Channel) -> dict[str, Any]:
    return {
        "code": channel.code,
        "title": _words(channel.title),
        "facts": [
            {
                "code": fact.code,
                "title": _words(fact.title),
                "type": fact.type.value,
                "required": fact.required,
                "choices": [{"code": choice.code, "title": _words(choice.title)} for choice in fact.choices],
            }
            for fact in channel.facts
        ],
        "contact": [{"field": need.field.value, "required": need.required} for need in channel.contact],
        "reply_by": [field.value for field in channel.reply_by],
    }


def _class(standing: Policy, code: str, title: Text) -> dict[str, Any]:
    limit = standing.limit_for(code)
    return {"code": code, "title": _words(title), "days": limit.days, "day_unit": limit.unit}


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
