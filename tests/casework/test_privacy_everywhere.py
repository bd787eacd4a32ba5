"""Personal data in clear: in no table, and in no log, whatever field they came in by."""

import logging

import pytest
from django.db import connection
from django.utils import timezone

from shouwen.casework.door import handle
from shouwen.casework.vault import Details, Vault
from shouwen.core.complaint.receiving import Accept, Register
from shouwen.core.complaint.recording import AddNote
from shouwen.core.refusal import Refusal
from tests.casework.test_door import person

SECRETS = {
    "name": "欧阳若水",
    "phone": "13912345679",
    "email": "ruoshui@example.com",
    "address": "江东省临江市人民路1024号",
    "id_number": "11010519491231002X",
    "card_number": "6217000010012345678",
}


def test_what_identifies_the_customer_stands_nowhere_in_clear(staffed: None, caplog: pytest.LogCaptureFixture) -> None:
    agent = person("100101")
    told = f"我是{SECRETS['name']}，电话{SECRETS['phone']}，身份证{SECRETS['id_number']}，卡{SECRETS['card_number']}，{SECRETS['email']}"
    with caplog.at_level(logging.DEBUG):
        complaint = handle(
            Register(
                channel="hotline",
                received_at=timezone.now(),
                receiving_unit=agent.posts[0].unit_id,
                subject=f"{SECRETS['phone']}来电",
                statement=told,
                wish=f"请打 {SECRETS['phone']}",
                class_="attitude",
            ),
            Accept(),
            actor=agent,
            details=Details(**SECRETS),
            key="once",
        )
        handle(AddNote(text=told), actor=agent, complaint=complaint.id)
    assert leaks("".join(_everything())) == []
    assert leaks(caplog.text) == []
    vault = Vault.open(complaint.id)
    assert vault.details == Details(**SECRETS)
    assert vault.unseal_text(complaint.statement) == told


def leaks(text: str) -> list[str]:
    return [field for field, value in SECRETS.items() if value in text]


def _everything() -> list[str]:
    """Every row of every table as text; bytes as UTF-8 where they are."""
    texts = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                texts += [
                    bytes(cell).decode("utf-8", "replace") if isinstance(cell, bytes | memoryview) else str(cell)
                    for cell in row
                ]
    return texts


@pytest.mark.parametrize(
    ("channel", "who", "fact", "others"),
    [
        ("visit", "11110103", "representative_names", {"visitors": "3"}),
        ("media", "100301", "journalist", {"outlet": "示范晚报", "medium": "newspaper"}),
    ],
)
def test_a_fact_that_the_pack_calls_personal_is_sealed_whole(
    staffed: None, channel: str, who: str, fact: str, others: dict[str, str]
) -> None:
    clerk, names = person(who), "李四平、赵六娘"
    complaint = handle(
        Register(
            channel=channel,
            channel_facts={**others, fact: names},
            received_at=timezone.now(),
            receiving_unit=clerk.posts[0].unit_id,
            subject="多人来访",
            statement="存款",
            class_="attitude",
            anonymous=True,
        ),
        actor=clerk,
        details=Details(),
    )
    assert "李四平" not in "".join(_everything())
    assert complaint.channel_facts[fact] == "〔姓名1〕"
    assert Vault.open(complaint.id).unseal_text(complaint.channel_facts[fact]) == names


def test_a_personal_fact_longer_than_the_pack_allows_is_refused_at_its_field(staffed: None) -> None:
    clerk = person("11110103")
    with pytest.raises(Refusal) as refused:
        handle(
            Register(
                channel="visit",
                channel_facts={"visitors": "3", "representative_names": "长" * 401},
                received_at=timezone.now(),
                receiving_unit=clerk.posts[0].unit_id,
                subject="多人来访",
                statement="存款",
                anonymous=True,
            ),
            actor=clerk,
            details=Details(),
        )
    assert refused.value.field == "representative_names"
