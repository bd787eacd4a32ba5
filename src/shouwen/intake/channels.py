"""受理渠道表: the ways in that staff type in, each one module: what its facts must be, and what happens at once (mission A1)."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from shouwen.core.channel import Channel
from shouwen.core.complaint import Command
from shouwen.core.complaint.receiving import Register
from shouwen.core.complaint.routing import Dispatch
from shouwen.core.people import Actor
from shouwen.core.policy import Policy
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text
from shouwen.intake import hotline, letter, media, opinion_book, transfer, visit, web
from shouwen.intake.mailbox import way_in as mailbox


class Described(Protocol):
    """What docs/channels.md says of a channel: `ENTRY` are the addresses where it comes in, `REFUSES` what it does not take.

    A channel that is switched on by settings names them in `SETTINGS`; the others are there for whoever has the duty.
    """

    CODE: str
    ENTRY: tuple[str, ...]
    REFUSES: tuple[Text, ...]


class WayIn(Described, Protocol):
    """One channel that staff type in."""

    def checked(self, register: Register, channel: Channel) -> Register:
        """The registration with its facts in the form that is kept. Raises `Refusal` with the fact as its field."""

    def at_once(self, register: Register, channel: Channel, actor: Actor, on: date) -> tuple[Command, ...]:
        """What follows the registration in the same transaction. Raises `Refusal`."""


CHANNELS: Mapping[str, WayIn] = {
    visit.CODE: visit,
    letter.CODE: letter,
    opinion_book.CODE: opinion_book,
    media.CODE: media,
    transfer.CODE: transfer,
}

DESCRIBED: Mapping[str, Described] = {**CHANNELS, hotline.CODE: hotline, web.CODE: web, mailbox.CODE: mailbox}
"""All channels, also those with pages or machinery of their own."""


def commands(register: Register, policy: Policy, actor: Actor, on: date, *then: Command) -> tuple[Command, ...]:
    """登记 with all that belongs to it: the checked registration, what the person wants done, what the channel does at once.

    Refused: what the channel refuses; a dispatch by somebody else of what goes to a department at once.
    """
    way = CHANNELS.get(register.channel)
    if way is None:
        return (register, *then)
    channel = policy.channel(register.channel)
    follows = way.at_once(register, channel, actor, on)
    if follows and any(isinstance(command, Dispatch) for command in then):
        raise Refusal(
            "department-dispatches",
            Text(
                f"“{channel.title.zh}”渠道的投诉立即移交主管部门，由其转办。请选择“仅登记”或“登记并受理”。",
                f"What comes by “{channel.title.en}” goes to the department in charge at once, which dispatches it. "
                "Choose “Register only” or “Register and accept”.",
            ),
            field="channel",
        )
    return (way.checked(register, channel), *then, *follows)


def goes_away(channel: Channel, actor: Actor) -> bool:
    """Whether what this person registers by this channel goes to another department at once."""
    return channel.goes_to is not None and not any(
        media.is_of_the_office(post.unit_id, channel, actor) for post in actor.posts
    )
