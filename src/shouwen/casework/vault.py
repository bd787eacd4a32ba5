"""The personal data of one complaint: taken out of commands before the core sees them, sealed, and shown again to those who may.

What a person typed is cut at the door. The complainant's details go into the sealed record; identity, card and phone numbers,
mail addresses and the complainant's own name in free texts are replaced by placeholders, and their values sealed beside it.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, get_type_hints

import msgspec

from shouwen.casework.models import Complainant
from shouwen.casework.privacy import DataKey, Keyring, keyring
from shouwen.core import masking
from shouwen.core.complaint import Command
from shouwen.core.contact import require_form
from shouwen.core.masking import Kind
from shouwen.core.refusal import Refusal
from shouwen.core.text import Text

C = TypeVar("C", bound=Command)

TRACKING_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""查询码的字符: 32 of them, none easily taken for another."""
TRACKING_LENGTH = 12
FIELD_LENGTH = 200
NO_FACTS: Mapping[str, int] = MappingProxyType({})


class Details(msgspec.Struct, frozen=True, omit_defaults=True):
    """投诉人信息, in clear: only ever in memory, on the way into or out of the sealed record."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    id_number: str = ""
    card_number: str = ""

    @property
    def given(self) -> tuple[str, ...]:
        return tuple(field for field in self.__struct_fields__ if getattr(self, field).strip())

    def known(self) -> list[tuple[str, str]]:
        """What is to be found in free texts besides what looks like a number: the complainant's own name and numbers."""
        return [(kind, value) for field, kind in KINDS.items() if (value := getattr(self, field).strip())]


KINDS = {
    "name": Kind.NAME,
    "phone": Kind.PHONE,
    "id_number": Kind.IDENTITY,
    "card_number": Kind.CARD,
    "email": Kind.EMAIL,
}

DETAIL_TITLES = {
    "name": Text("姓名", "Name"),
    "phone": Text("联系电话", "Phone"),
    "email": Text("电子邮箱", "E-mail"),
    "address": Text("通信地址", "Address"),
    "id_number": Text("证件号码", "Identity number"),
    "card_number": Text("卡号/账号", "Card or account number"),
}


class _Secrets(msgspec.Struct, frozen=True):
    details: Details
    tracking: str


class Vault:
    """The sealed record of one complaint, opened only when something must go in or come out."""

    def __init__(
        self, complaint_id: int, key: DataKey | None, wrapped: bytes | None, secret: _Secrets, finds: dict[str, str]
    ):
        self.complaint_id = complaint_id
        self._key = key
        self._wrapped = wrapped
        self._secret = secret
        self._finds = finds
        self.changed = False
        self.corrected = False

    @classmethod
    def new(cls, complaint_id: int, details: Details) -> "Vault":
        _require_fit(details)
        key, wrapped = keyring().new_data_key()
        tracking = "".join([TRACKING_ALPHABET[byte % 32] for byte in secrets.token_bytes(TRACKING_LENGTH)])
        return cls(complaint_id, key, wrapped, _Secrets(details, tracking), {})

    @classmethod
    def open(cls, complaint_id: int) -> "Vault":
        """The vault of a complaint on record. An erased one opens empty: its key is gone, and new finds have nowhere to go."""
        row = Complainant.objects.get(id=complaint_id)
        if row.wrapped_key is None:
            return cls(complaint_id, None, None, _Secrets(Details(), ""), {})
        key = keyring().unwrap(bytes(row.wrapped_key))
        secret = msgspec.json.decode(
            key.open(bytes(row.sealed or b""), _context("details", complaint_id)), type=_Secrets
        )
        finds = (
            msgspec.json.decode(key.open(bytes(row.finds), _context("finds", complaint_id)), type=dict[str, str])
            if row.finds
            else {}
        )
        return cls(complaint_id, key, bytes(row.wrapped_key), secret, finds)

    @property
    def details(self) -> Details:
        return self._secret.details

    @property
    def tracking(self) -> str:
        return self._secret.tracking

    @property
    def erased(self) -> bool:
        return self._key is None

    def seal_text(self, text: str) -> str:
        """The text with placeholders for what is personal; the values are kept in the vault."""
        sealed = masking.seal(text, known=self.details.known(), already=self._placeholders())
        self._keep(sealed.finds)
        return sealed.text

    def seal_whole(self, text: str) -> str:
        """One placeholder for a text that is personal as a whole; the text is kept in the vault."""
        if not text:
            return ""
        find = masking.seal_whole(text, self._placeholders())
        self._keep((find,))
        return find.placeholder

    def _placeholders(self) -> dict[str, str]:
        return {value: placeholder for placeholder, value in self._finds.items()}

    def _keep(self, finds: Iterable[masking.Find]) -> None:
        for find in finds:
            if find.placeholder not in self._finds:
                self._finds[find.placeholder] = find.value
                self.changed = True

    def correct(self, details: Details) -> tuple[str, ...]:
        """更正联系方式: take the fields given here instead of those kept; returns which of them differ. An erased record takes none."""
        _require_fit(details)
        changes = {
            field: value
            for field in details.given
            if (value := getattr(details, field).strip()) != getattr(self.details, field)
        }
        if self.erased or not changes:
            return ()
        self._secret = msgspec.structs.replace(
            self._secret, details=msgspec.structs.replace(self._secret.details, **changes)
        )
        self.corrected = True
        return tuple(changes)

    def unseal_text(self, text: str) -> str:
        return masking.unseal(text, self._finds)

    def seal_command(self, command: C, personal: Mapping[str, int] = NO_FACTS) -> C:
        """The command as the core may see it: no free text in it holds personal data any more.

        `personal` are the channel's facts that are personal as a whole, each with the number of characters it may have.
        """
        sealed: dict[str, Any] = {
            field: self.seal_text(_fit(text, longest, field))
            for field, longest in _free_texts(type(command))
            if (text := getattr(command, field))
        }
        facts = getattr(command, "channel_facts", None)
        if facts:
            sealed["channel_facts"] = {code: self._sealed_fact(code, fact, personal) for code, fact in facts.items()}
        return msgspec.structs.replace(command, **sealed) if sealed else command

    def _sealed_fact(self, code: str, fact: object, personal: Mapping[str, int]) -> object:
        if not isinstance(fact, str):
            return fact
        if code in personal:
            return self.seal_whole(_fit(fact.strip(), personal[code], code))
        return self.seal_text(_fit(fact, FIELD_LENGTH * 10, f"channel_facts.{code}"))

    def seal_bytes(self, content: bytes, purpose: str) -> bytes:
        """Seal a file of this complaint under its data key."""
        if self._key is None:
            raise Refusal(
                "erased",
                Text(
                    "投诉人的个人信息已依法删除，不能再增加附件。",
                    "The personal data were erased by law. No file can be added.",
                ),
            )
        return self._key.seal(content, _context(purpose, self.complaint_id))

    def open_bytes(self, content: bytes, purpose: str) -> bytes:
        if self._key is None:
            raise Refusal(
                "erased",
                Text(
                    "投诉人的个人信息已依法删除，附件不能再打开。",
                    "The personal data were erased; the file cannot be opened.",
                ),
            )
        return self._key.open(content, _context(purpose, self.complaint_id))

    def columns(self, now: datetime) -> dict[str, Any]:
        """The row of the complainant, sealed."""
        assert self._key is not None
        return {
            "id": self.complaint_id,
            "wrapped_key": self._wrapped,
            **self._detail_columns(),
            "finds": self._sealed_finds(),
            "tracking_index": keyring().blind_index("tracking", self.tracking),
            "created_at": now,
        }

    def _detail_columns(self) -> dict[str, Any]:
        assert self._key is not None
        ring = keyring()
        return {
            "sealed": self._key.seal(msgspec.json.encode(self._secret), _context("details", self.complaint_id)),
            "name_index": _index(ring, "name", self.details.name),
            "phone_index": _index(ring, "phone", self.details.phone),
            "identity_index": _index(ring, "identity", self.details.id_number),
            "card_index": _index(ring, "card", self.details.card_number),
        }

    def _sealed_finds(self) -> bytes | None:
        if not self._finds or self._key is None:
            return None
        return self._key.seal(msgspec.json.encode(self._finds), _context("finds", self.complaint_id))

    def save(self) -> None:
        """Write what later texts have added, and details that were corrected, with their indexes."""
        changes: dict[str, Any] = {}
        if self.changed:
            changes["finds"] = self._sealed_finds()
        if self.corrected:
            changes |= self._detail_columns()
        if changes and not self.erased:
            Complainant.objects.filter(id=self.complaint_id).update(**changes)


def _require_fit(details: Details) -> None:
    """Refuse what is too long, and contacts that nobody could use."""
    for field in details.given:
        require_form(field, getattr(details, field))
        if len(getattr(details, field)) > FIELD_LENGTH:
            title = DETAIL_TITLES[field]
            raise Refusal(
                "detail-too-long",
                Text(
                    f"“{title.zh}”最多 {FIELD_LENGTH} 个字。",
                    f"“{title.en}” may have {FIELD_LENGTH} characters at most.",
                ),
                field=field,
            )


def _index(ring: Keyring, kind: str, value: str) -> bytes | None:
    return ring.blind_index(kind, value) if value.strip() else None


def _context(purpose: str, complaint_id: int) -> str:
    return f"complaint:{complaint_id}:{purpose}"


def has_free_text(command: Command) -> bool:
    """Whether a person wrote anything in this command."""
    return any(getattr(command, field) for field, _ in _free_texts(type(command))) or bool(
        getattr(command, "channel_facts", None)
    )


@cache
def _free_texts(command: type[Command]) -> tuple[tuple[str, int], ...]:
    """The fields of a command that a person wrote, found by their type (`FreeText`, `ShortText`), each with its limit."""
    hints = get_type_hints(command, include_extras=True)
    return tuple(
        (field, meta.max_length)
        for field in command.__struct_fields__
        for meta in getattr(hints[field], "__metadata__", ())
        if (meta.extra or {}).get("free_text")
    )


_CONTROL = dict.fromkeys(code for code in range(32) if chr(code) not in "\n\t")


def _fit(text: str, longest: int, field: str) -> str:
    """The text without control characters, which the journal cannot keep and nobody typed. Refused when it is too long."""
    text = text.replace("\r\n", "\n").translate(_CONTROL).encode("utf-8", "replace").decode()
    if len(text) > longest:
        raise Refusal(
            "text-too-long",
            Text(
                f"内容共 {len(text):,} 字，最多 {longest:,} 字，请缩短或作为附件上传。",
                f"The text has {len(text):,} characters, {longest:,} at most. Shorten it or attach it as a file.",
            ),
            field=field,
        )
    return text
