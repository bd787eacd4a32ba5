"""邮件解析: whatever a stranger sends is read in the right charset or becomes a case for a person; nothing crashes."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from shouwen.intake.mailbox.reading.charsets import decode, decode_header
from shouwen.intake.mailbox.reading.parsing import Mail, Unreadable, parse, raw_header
from shouwen.intake.mailbox.reading.plain_text import of_html
from tests.intake.mailbox.corpus import CORPUS, Odd
from tests.intake.mailbox.letters import PNG, mail

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "mail"


def test_the_corpus_has_a_hundred_mails() -> None:
    assert len(CORPUS) >= 100


@pytest.mark.parametrize("odd", CORPUS.values(), ids=list(CORPUS))
def test_an_odd_mail_is_read_as_it_was_meant(odd: Odd) -> None:
    if odd.kind.startswith("!"):
        with pytest.raises(Unreadable) as unreadable:
            parse(odd.raw)
        assert unreadable.value.reason == odd.kind[1:]
        return
    read = parse(odd.raw)
    assert (read.charset, read.automatic) == (odd.charset, odd.kind)
    assert odd.words in f"{read.subject}\n{read.text}"


def parsed(name: str) -> Mail:
    return parse(CORPUS[name].raw)


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("a name in gbk words", ["凭证.pdf"]),
        ("a name in RFC 2231", ["凭证.pdf"]),
        ("a name in RFC 2231 pieces", ["凭证.pdf"]),
        ("a name in bare gbk", ["凭证.pdf"]),
        ("winmail.dat", ["proof.txt"]),
        ("winmail.dat that is broken", ["winmail.dat"]),
        ("a picture within the words", ["附件1.png"]),
        ("a forwarded mail", ["test.eml"]),
        ("a text that is attached", ["more.txt"]),
        ("a zip bomb is a file like others", ["bomb.zip"]),
        ("an attachment of no bytes", []),
    ],
)
def test_files_keep_the_names_that_their_senders_gave(name: str, files: list[str]) -> None:
    assert [file.name for file in parsed(name).files] == files


def test_a_picture_arrives_byte_for_byte() -> None:
    assert parsed("nothing but a picture").files[0].content == PNG


def test_the_html_beside_a_plain_text_is_left_out() -> None:
    assert parsed("html before plain").text == parsed("plain beside html").text


def test_a_bounce_names_the_mail_that_came_back() -> None:
    assert "TS2026-00000001.a@bank.example" in parsed("a bounce").references


def test_the_nearest_mail_answered_comes_first() -> None:
    read = parse(mail(In_Reply_To="<c@x>", References="<a@x> <b@x> <c@x>"))
    assert read.references == ("c@x", "b@x", "a@x")


def test_a_date_without_zone_or_sense_does_no_harm() -> None:
    assert parsed("a date that cannot be").date is None


def test_a_header_made_by_us_is_one_line() -> None:
    assert raw_header("X-Original-To", "a@b\r\nBcc: c@d") == b"X-Original-To: a@b Bcc: c@d\r\n"


@pytest.mark.parametrize(
    "html", ["<a " * 100_000, "<!--" * 100_000, "<script>" * 100_000, "<" * 300_000, "<div>" * 100_000]
)
def test_a_hostile_page_is_read_once_from_begin_to_end(html: str) -> None:
    started = time.process_time()
    of_html(html)
    assert time.process_time() - started < 5


def test_a_mail_of_thirty_megabytes_is_read() -> None:
    files = (("big.bin", bytes(22 * 1024 * 1024)),)
    assert len(parse(mail(files=files)).files[0].content) == 22 * 1024 * 1024


@settings(max_examples=150, deadline=None)
@given(some.binary(max_size=400), some.text(max_size=20))
def test_no_bytes_crash_it(content: bytes, label: str) -> None:
    assert "\0" not in decode(content, label).text
    decode_header(content.decode("ascii", "surrogateescape"))
    try:
        read = parse(content)
    except Unreadable:
        return
    assert "\0" not in read.text + read.subject
    read.text.encode()


SHARED_CHARSETS = {
    "flanker-8bitmime": "utf-8",
    "flanker-bilingual-simple": "utf-8",
    "flanker-broken-headers": "cp1252",
    "flanker-dashed-boundaries": "utf-8",
    "flanker-enclosed": "utf-8",
    "flanker-enclosed-bad-encoding": "utf-8",
    "flanker-enclosed-broken": "utf-8",
    "flanker-enclosed-broken-body": "utf-8",
    "flanker-enclosed-global": "utf-8",
    "flanker-long-header": "utf-8",
    "flanker-mailformed-headers": "cp1252",
    "flanker-mailgun-pic": "utf-8",
    "flanker-multipart": "utf-8",
    "flanker-quoted-printable": "utf-8",
}
"""What is not listed here is plain ASCII."""


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data/mail is not here")
def test_the_odd_mails_of_another_project_are_read_in_their_charsets() -> None:
    read = {path.stem: parse(path.read_bytes()).charset for path in sorted(SHARED.glob("*.eml"))}
    assert len(read) >= 40
    assert {name: charset for name, charset in read.items() if charset != "us-ascii"} == SHARED_CHARSETS
