"""授权代理: what a deputy may do with a lent post, and what stays closed to the deputy as it is to the giver."""

from collections.abc import Iterable

import msgspec
import pytest

from shouwen.core.complaint import Complaint, decide, read_event, write_event
from shouwen.core.complaint.answering import CheckReply, DraftReply, Investigate
from shouwen.core.complaint.recording import AddNote
from shouwen.core.duties import Action, Duty, may, may_see
from shouwen.core.granting import GRANTED_BY, may_be_lent, may_grant
from shouwen.core.people import Actor, Post
from shouwen.core.refusal import Refusal
from tests.core.bank import BRANCH, HEAD, OUTLET, PEOPLE, STAFF, actor, context


def deputy(name: str, giver: str, duties: Iterable[Duty] | None = None) -> Actor:
    """The person with what the giver has lent: all the giver's posts unless some are named."""
    own, lent = actor(name), actor(giver).posts
    taken = tuple(
        msgspec.structs.replace(post, lent_by=STAFF[giver][0]) for post in lent if duties is None or post.duty in duties
    )
    return msgspec.structs.replace(own, posts=(*own.posts, *taken), deputy_of=frozenset({STAFF[giver][0]}))


def refused(complaint: Complaint, command: object, who: Actor) -> str:
    with pytest.raises(Refusal) as refusal:
        decide(complaint, command, context(who))  # type: ignore[arg-type]
    return refusal.value.rule
