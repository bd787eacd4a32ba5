"""怪邮件: odd mails, each with the charset it must be read in, words that must be there, and what it is taken for.

A mail is a row of the table: name → (bytes, charset, words, kind). `kind` is "" for a person's mail, one of `automatic.KINDS`, or
"!reason" for one that only a person can read.
"""

import base64
import quopri
from typing import NamedTuple

from tests.intake.mailbox.letters import PNG

HANS = "您好，我在你行柜台办理业务排队两小时，请尽快处理。"
HANT = "您好，我在貴行櫃檯辦理業務排隊兩小時，請儘快處理。"
RARE = "客户镕基喆堃女士投诉您行柜台服务问题，请尽快处理。"  # GBK and GB18030 know these names, GB 2312 does not
FOUR = "客户㐂𠀀先生投诉您行服务问题，请尽快处理，谢谢。"  # four bytes in GB18030
EURO = "您的账单多收了€5，请尽快处理，谢谢您的服务。"


class Odd(NamedTuple):
    raw: bytes
    charset: str
    words: str
    kind: str = ""


def plain(
    content: bytes, charset: str = "", encoding: str = "8bit", *, head: bytes = b"", kind: str = "text/plain"
) -> bytes:
    label = f'; charset="{charset}"' if charset else ""
    body = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(content)
    return (
        (head or b"From: <a@b.example>\r\nSubject: test\r\n")
        + f"Content-Type: {kind}{label}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
        + body
    )


def headed(subject: bytes, rest: bytes = b"") -> bytes:
    return b"From: <a@b.example>\r\nSubject: " + subject + b"\r\n" + rest + b"\r\nhello\r\n"


def word(text: str, charset: str, label: str = "", encoding: str = "B") -> bytes:
    content = text.encode(charset)
    if encoding == "B":
        return f"=?{label or charset}?B?{base64.b64encode(content).decode()}?=".encode()
    letters = "".join(f"={byte:02X}" for byte in content)
    return f"=?{label or charset}?Q?{letters}?=".encode()


def parts(*pieces: bytes, kind: str = "mixed", head: bytes = b"", end: bytes = b"--x--\r\n") -> bytes:
    return (
        (head or b"From: <a@b.example>\r\nSubject: test\r\n")
        + f'MIME-Version: 1.0\r\nContent-Type: multipart/{kind}; boundary="x"\r\n\r\n'.encode()
        + b"".join(b"--x\r\n" + piece + b"\r\n" for piece in pieces)
        + end
    )


TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + HANS.encode()
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>" + HANT.encode() + b"</p>"
PICTURE = b"Content-Type: image/png\r\nContent-ID: <p1>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(PNG)  # fmt: skip


def attached(disposition: bytes, content: bytes = b"abc", kind: bytes = b"application/pdf") -> bytes:
    return b"Content-Type: " + kind + b"\r\nContent-Disposition: attachment; " + disposition + b"\r\n\r\n" + content


def tnef(*attributes: tuple[int, int, int, bytes]) -> bytes:
    """A winmail.dat of these attributes: level, name, type, content."""
    packed = b"\x78\x9f\x3e\x22\x01\x00"
    for level, name, kind, content in attributes:
        packed += bytes([level]) + name.to_bytes(2, "little") + kind.to_bytes(2, "little")
        packed += len(content).to_bytes(4, "little") + content + (sum(content) % 65536).to_bytes(2, "little")
    return packed


WINMAIL = tnef(
    (1, 0x800C, 2, HANS.encode("gb18030") + b"\0"),
    (2, 0x9002, 6, bytes(14)),
    (2, 0x8010, 1, b"proof.txt\0"),
    (2, 0x800F, 6, b"inside"),
)

CORPUS: dict[str, Odd] = {}

for label, charset, text, used in (
    ("gb2312", "gb18030", HANS, "gb18030"),
    ("GB2312", "gb18030", RARE, "gb18030"),
    ("gb2312", "gb18030", FOUR, "gb18030"),
    ("gbk", "gb18030", EURO, "gb18030"),
    ("x-gbk", "gbk", HANS, "gb18030"),
    ("cp936", "gbk", RARE, "gb18030"),
    ("GB18030", "gb18030", FOUR, "gb18030"),
    ("euc-cn", "gb2312", HANS, "gb18030"),
    ("big5", "big5", HANT, "big5"),
    ("Big5-HKSCS", "big5hkscs", HANT, "big5"),
    ("cp950", "cp950", HANT, "big5"),
    ("utf-8", "utf-8", HANS, "utf-8"),
    ("UTF8", "utf-8", FOUR, "utf-8"),
    ("utf-16", "utf-16", HANS, "utf-16-le"),
    ("utf-16le", "utf-16-le", HANS, "utf-16le"),
    ("hz-gb-2312", "hz", HANS, "hz"),
    ("utf-7", "utf-7", HANS, "utf-7"),
    ("iso-2022-jp", "iso-2022-jp", "こんにちは", "iso-2022-jp"),
    ("shift_jis", "shift_jis", "こんにちは", "shift_jis"),
    ("euc-kr", "euc-kr", "안녕하세요", "cp949"),
    ("koi8-r", "koi8-r", "Здравствуйте", "koi8-r"),
    ("windows-1251", "cp1251", "Здравствуйте", "windows-1251"),
    ("iso-8859-1", "latin-1", "déjà vu", "cp1252"),
    ("iso-8859-15", "iso-8859-15", "5 € pas reçus", "iso-8859-15"),
    ("us-ascii", "ascii", "plain words", "us-ascii"),
):
    for encoding in ("8bit", "base64") if text in (HANS, HANT) else ("quoted-printable",):
        name = f"labelled {label}, written in {charset}, {encoding}, {text[2:4]}"
        CORPUS[name] = Odd(plain(text.encode(charset), label, encoding), used, text)

for label in ("", "us-ascii", "iso-8859-1", "x-unknown", "nonsense", "unicode_escape", "utf-8", "gb2312", "big5"):
    for charset, text, used in (("gb18030", HANS, "gb18030"), ("big5", HANT, "big5"), ("utf-8", HANS, "utf-8")):
        CORPUS[f"labelled {label or 'nothing'} though it is {charset}"] = Odd(
            plain(text.encode(charset), label), used, text
        )

CORPUS |= {
    "utf-8 with a byte order mark": Odd(plain(b"\xef\xbb\xbf" + HANS.encode(), "gb2312"), "utf-8", HANS),
    "utf-8 cut within a character": Odd(plain(HANS.encode()[:-2], "utf-8"), "utf-8", HANS[:-1]),
    "gbk with a stray byte at the end": Odd(plain(HANS.encode("gbk") + b"\xb0", "gb2312"), "gb18030", HANS),
    "html that says its charset itself": Odd(
        plain(b'<meta charset="gb2312"><b>' + HANS.encode("gbk") + b"</b>", kind="text/html"), "gb18030", HANS
    ),
    "html with script and style": Odd(
        plain(b"<style>p{}</style><script>steal()</script><p>" + HANS.encode(), "utf-8", kind="text/html"), "utf-8", HANS
    ),
    "html comments that nobody closed": Odd(
        plain(b"<p>words</p>" + b"<!--" * 50_000, "utf-8", kind="text/html"), "utf-8", "words"
    ),
    "html with entities": Odd(plain(b"<p>&#25237;&#35785;&amp;&nbsp;1</p>", kind="text/html"), "us-ascii", "投诉& 1"),
    "base64 with blanks and no end": Odd(
        plain(b"", "gb2312", "base64") + base64.b64encode(HANS.encode("gbk")).rstrip(b"=")[:-2], "gb18030", HANS[:20]
    ),
    "an encoding that is unknown": Odd(plain(HANS.encode(), "utf-8", "x-nonsense"), "utf-8", HANS),
    "subject in gb2312 words": Odd(headed(word("投诉：服务问题", "gbk", "gb2312")), "gb18030", "投诉：服务问题"),
    "subject in big5 words": Odd(headed(word("投訴：服務問題", "big5")), "big5", "投訴：服務問題"),
    "subject in quoted words": Odd(headed(word("投诉：服务问题", "utf-8", "UTF-8", "Q")), "utf-8", "投诉：服务问题"),
    "subject with a language": Odd(headed(word("投诉", "utf-8", "utf-8*zh")), "utf-8", "投诉"),
    "subject cut within a character": Odd(
        headed(
            b"=?gb2312?B?" + base64.b64encode("投诉".encode("gbk")[:3]) + b"?=\r\n =?gb2312?B?"
            + base64.b64encode("投诉".encode("gbk")[3:]) + b"?="
        ), "gb18030", "投诉",
    ),
    "subject in bare gbk bytes": Odd(headed("投诉服务问题".encode("gbk")), "gb18030", "投诉服务问题"),
    "subject in bare utf-8 bytes": Odd(headed("投诉服务问题".encode()), "utf-8", "投诉服务问题"),
    "subject in bare big5 bytes": Odd(headed("投訴銀行服務問題".encode("big5")), "big5", "投訴銀行服務問題"),
    "subject with base64 that is broken": Odd(headed(b"=?utf-8?B?5oqV6K+J=====?="), "utf-8", "投诉"),
    "subject with a word that never ends": Odd(headed(b"=?utf-8?B?5oqV6K"), "us-ascii", "=?utf-8?B?5oqV6K"),
    "subject with blanks in a quoted word": Odd(headed(b"=?utf-8?Q?two words?="), "utf-8", "two words"),
    "subject labelled gb2312 that is utf-8": Odd(headed(word("投诉服务", "utf-8", "gb2312")), "utf-8", "投诉服务"),
    "subject with another header in it": Odd(
        headed(word("one\r\nBcc: all@b.example", "utf-8")), "utf-8", "one Bcc: all@b.example"
    ),
    "subject with NUL": Odd(headed(b"on\0e"), "us-ascii", "one"),
    "no subject": Odd(b"From: <a@b.example>\r\n\r\nonly words", "us-ascii", "only words"),
    "no message id": Odd(headed(b"one"), "us-ascii", "one"),
    "a message id without angles": Odd(headed(b"one", b"Message-ID: abc\r\n"), "us-ascii", "one"),
    "two senders": Odd(b"From: a@b.example, c@d.example\r\n\r\nwords", "us-ascii", "words"),
    "a sender in gbk words": Odd(
        b"From: " + word("欧阳若水", "gbk", "gb2312") + b" <a@b.example>\r\n\r\nwords", "us-ascii", "words"
    ),
    "a sender in bare bytes": Odd("From: 欧阳若水 <a@b.example>\r\n\r\nwords".encode("gbk"), "us-ascii", "words"),
    "no sender": Odd(b"Subject: one\r\n\r\nwords", "us-ascii", "words"),
    "a sender that is no address": Odd(b"From: undisclosed\r\n\r\nwords", "us-ascii", "words"),
    "a sender of quotes and brackets": Odd(b"From: " + b'"' * 5000 + b"(" * 5000 + b"\r\n\r\nwords", "us-ascii", "words"),
    "a date that cannot be": Odd(headed(b"one", b"Date: Mon, 99 Foo 99999 25:61:61 +9999\r\n"), "us-ascii", "one"),
    "a date before all time": Odd(headed(b"one", b"Date: Mon, 01 Jan 0001 00:00:00 +1400\r\n"), "us-ascii", "one"),
    "ten thousand headers": Odd(headed(b"one", b"X-A: b\r\n" * 10_000), "us-ascii", "one"),
    "a header of a megabyte": Odd(headed(b"one " + b"x" * 1_000_000), "us-ascii", "one"),
    "a content type of nothing but signs": Odd(headed(b"one", b'Content-Type: ;;;="\r\n'), "us-ascii", "hello"),
    "a thousand parameters": Odd(headed(b"one", b"Content-Type: text/plain; " + b'a*0="x"; ' * 1000 + b"\r\n"), "us-ascii", "hello"),
    "line ends of three kinds": Odd(b"From: a@b.example\nSubject: one\r\n\r\na\rb\nc\r\nd", "us-ascii", "a\nb\nc\nd"),
    "NUL and halves of characters": Odd(plain(b"a\0b\xed\xa0\x80" + HANS.encode(), "utf-8"), "utf-8", HANS),
    "plain beside html": Odd(parts(TEXT, HTML, kind="alternative"), "utf-8", HANS),
    "html before plain": Odd(parts(HTML, TEXT, kind="alternative"), "utf-8", HANS),
    "an empty plain beside html": Odd(
        parts(b"Content-Type: text/plain\r\n\r\n \r\n", HTML, kind="alternative"), "utf-8", HANT
    ),
    "a picture within the words": Odd(parts(HTML, PICTURE, kind="related"), "utf-8", HANT),
    "nothing but a picture": Odd(parts(PICTURE), "us-ascii", ""),
    "a boundary that never ends": Odd(parts(TEXT, end=b""), "utf-8", HANS),
    "a boundary that never comes": Odd(
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\nwords", "us-ascii", "words"
    ),
    "a multipart without boundary": Odd(b"From: a@b.example\r\nContent-Type: multipart/mixed\r\n\r\nwords", "us-ascii", "words"),
    "a name in gbk words": Odd(parts(TEXT, attached(b"filename=" + word("凭证.pdf", "gbk", "gb2312"))), "utf-8", HANS),
    "a name in RFC 2231": Odd(parts(TEXT, attached(b"filename*=gb2312''%C6%BE%D6%A4.pdf")), "utf-8", HANS),
    "a name in RFC 2231 pieces": Odd(
        parts(TEXT, attached(b"filename*0*=utf-8''%E5%87%AD; filename*1*=%E8%AF%81.pdf")), "utf-8", HANS
    ),
    "a name in bare gbk": Odd(parts(TEXT, attached(b'filename="' + "凭证.pdf".encode("gbk") + b'"')), "utf-8", HANS),
    "a name that climbs": Odd(parts(TEXT, attached(b'filename="../../etc/passwd"')), "utf-8", HANS),
    "an attachment without name": Odd(parts(TEXT, attached(b"size=3")), "utf-8", HANS),
    "an attachment of no bytes": Odd(parts(TEXT, attached(b"filename=a.pdf", b"")), "utf-8", HANS),
    "a zip bomb is a file like others": Odd(
        parts(TEXT, attached(b"filename=bomb.zip", b"PK\3\4" + bytes(10_000), b"application/zip")), "utf-8", HANS
    ),
    "a text that is attached": Odd(parts(TEXT, attached(b"filename=more.txt", b"more", b"text/plain")), "utf-8", HANS),
    "a forwarded mail": Odd(
        parts(TEXT, b"Content-Type: message/rfc822\r\n\r\n" + plain(HANT.encode("big5"), "big5")), "utf-8", HANT
    ),
    "a mail in a mail in a mail": Odd(
        parts(TEXT, b"Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\n" + plain(b"inmost")),
        "utf-8", "inmost",
    ),
    "twenty mails in one another": Odd(b"From: a@b.example\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 20 + b"Subject: x\r\n\r\ninmost", "us-ascii", "inmost"),
    "too many mails in one another": Odd(b"Content-Type: message/rfc822\r\n\r\n" * 60, "", "", "!too-deep"),
    "mails in one another without end": Odd(b"Content-Type: message/rfc822\r\n\r\n" * 5000, "", "", "!broken"),
    "parts within parts": Odd(
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(60)), "", "", "!too-deep"
    ),
    "too many parts": Odd(parts(*[b"\r\na"] * 2000), "", "", "!too-many-parts"),
    "no bytes at all": Odd(b"", "", "", "!empty"),
    "nothing but blanks": Odd(b"From: a@b.example\r\n\r\n \r\n", "", "", "!empty"),
    "every byte there is": Odd(bytes(range(256)) * 4, "cp1252", ""),
    "winmail.dat": Odd(parts(attached(b"filename=winmail.dat", WINMAIL, b"application/ms-tnef")), "us-ascii", HANS),
    "winmail.dat alone": Odd(plain(WINMAIL, "", "base64", kind="application/ms-tnef"), "us-ascii", HANS),
    "winmail.dat that is broken": Odd(parts(TEXT, attached(b"filename=winmail.dat", b"\x78\x9f\x3e\x22" + bytes(40))), "utf-8", HANS),
    "winmail.dat that is none": Odd(parts(TEXT, attached(b"filename=winmail.dat", b"none")), "utf-8", HANS),
    "an invitation": Odd(
        parts(
            TEXT,
            "Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
            "SUMMARY:面谈投诉\r\nDTSTART:20260304T020000Z\r\nEND:VEVENT\r\nEND:VCALENDAR".encode(),
            kind="alternative",
        ), "utf-8", "面谈投诉",
    ),
    "an invitation alone": Odd(
        plain("BEGIN:VCALENDAR\r\nSUMMARY:面谈\r\n 投诉\r\nEND:VCALENDAR".encode(), "utf-8", kind="text/calendar"), "utf-8", "面谈投诉"
    ),
    "part of a mail only": Odd(headed(b"one", b"Content-Type: message/partial; id=x; number=1\r\n"), "us-ascii", "one"),
    "a body that lies elsewhere": Odd(
        headed(b"one", b"Content-Type: message/external-body; access-type=anon-ftp; name=a\r\n"), "us-ascii", "one"
    ),
    "a bounce": Odd(
        parts(
            b"Content-Type: text/plain\r\n\r\nFailed",
            b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a\r\n\r\nAction: failed",
            b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <TS2026-00000001.a@bank.example>\r\n\r\nwords",
            kind="report",
        ), "us-ascii", "Failed", "bounce",
    ),
    "a bounce without MIME": Odd(headed(b"Undelivered", b"X-Failed-Recipients: a@b.example\r\n"), "us-ascii", "hello", "bounce"),
    "a bounce from the daemon": Odd(b"From: MAILER-DAEMON@b.example\r\n\r\nfailed", "us-ascii", "failed", "bounce"),
    "a receipt of reading": Odd(parts(TEXT, b"Content-Type: message/disposition-notification\r\n\r\nDisposition: displayed", kind="report"), "utf-8", HANS, "bounce"),
    "out of the office": Odd(headed(b"Out of office: back soon"), "us-ascii", "hello", "auto-reply"),
    "自动回复": Odd(headed(word("自动回复：我在休假", "gbk", "gb2312")), "gb18030", "自动回复：我在休假", "auto-reply"),
    "auto-submitted": Odd(headed(b"one", b"Auto-Submitted: auto-generated; x=y\r\n"), "us-ascii", "one", "auto-reply"),
    "auto-submitted, but by a person": Odd(headed(b"one", b"Auto-Submitted: no\r\n"), "us-ascii", "one"),
    "bulk": Odd(headed(b"one", b"Precedence: bulk\r\n"), "us-ascii", "one", "list"),
    "an empty return path": Odd(b"Return-Path: <>\r\n" + headed(b"one"), "us-ascii", "one", "no-return-path"),
    "nobody to answer": Odd(b"From: no-reply@shop.example\r\n\r\nwords", "us-ascii", "words", "machine"),
}  # fmt: skip
