"""字符集: bytes of a mail as text. What a mail says about its charset is a hint; Chinese mails are often labelled wrongly.

GB2312 is read as GB18030, which holds all of it: what calls itself GB2312 often has characters that only GBK or GB18030 know.
"""

import base64
import binascii
import codecs
import re
import unicodedata
from typing import NamedTuple

GB = "gb18030"
RELABELLED = {
    **dict.fromkeys(
        ("gb2312", "gb-2312", "gb_2312-80", "chinese", "csgb2312", "euc-cn", "gbk", "x-gbk", "cp936", "ms936", "936"),
        GB,
    ),
    **dict.fromkeys(("windows-936", "gb18030-2000", "gb18030-2005", "gb", "cn-gb"), GB),
    **dict.fromkeys(("big5", "big-5", "cn-big5", "big5-tw", "csbig5", "x-x-big5", "cp950", "big5-hkscs"), "big5"),
    **dict.fromkeys(("utf8", "utf-8", "unicode-1-1-utf-8", "utf_8", "utf-8-sig", "cp65001"), "utf-8"),
    **dict.fromkeys(("ks_c_5601-1987", "ksc5601", "euc-kr"), "cp949"),
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "ansi"), "cp1252"),
    **dict.fromkeys(("us-ascii", "ascii", "ansi_x3.4-1968", "7bit", "unknown-8bit", "default", "x-unknown"), ""),
    **dict.fromkeys(("hz-gb-2312", "hz"), "hz"),
}
# Python has codecs that are no charsets, and some that a few bytes keep busy for minutes: only these are ever asked.
KNOWN = re.compile(r"utf-(7|16|32)(-?[bl]e)?|iso-?8859-\d{1,2}|windows-125\d|cp125\d|koi8-[ru]|iso-2022-(jp|kr)|shift_jis|euc-jp|gb18030|cp949")  # fmt: skip
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
WORDS_OF = {"big5": "big5hkscs"}
COMMON = frozenset(
    "的一是不了在有人我他這这個个中大來来上國国到說说們们為为子和你地出道也時时年得就那要下以生會会自着去之過过家學学對对可她里"
    "后後小么麼心多天而能好都然沒没日于於起還还發发成事只作當当想看文無无开開手十用主行方又如前所本見见經经头頭面公同三已老"
    "投訴诉銀银電电話话您請请理客戶户卡款貸贷務务網网點点服辦办賬账单單錢钱元月号號謝谢問问题題名姓先貴贵件送收件附信息次"
)
ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
LONGEST_HEADER = 20_000
SURELY = 8
SURROGATES = re.compile("[\ud800-\udfff]")
CONTROLS = dict.fromkeys(code for code in (*range(32), 127, 0xFEFF) if chr(code) not in "\n\t")


class Decoded(NamedTuple):
    text: str
    charset: str


def charset_named(label: str) -> str:
    """The charset meant by a label of a mail, as Python calls it; empty when the label says nothing that is known."""
    name = label.strip().strip("\"'").lower().partition("*")[0]
    if name in RELABELLED:
        return RELABELLED[name]
    return name if KNOWN.fullmatch(name) else ""


def decode(content: bytes, label: str = "") -> Decoded:
    """The text, and the charset it was read in. The label is believed unless the bytes contradict it; nothing raises."""
    for mark, charset in BOMS:
        if content.startswith(mark):
            return Decoded(clean(content[len(mark) :].decode(charset, "replace")), charset)
    named = charset_named(label)
    if content.isascii() and not named.startswith(("utf-7", "utf-16", "utf-32", "iso-2022", "hz")):
        return Decoded(clean(content.decode("ascii")), named if named == "utf-8" else "us-ascii")
    charset = _believed(content, named) or _detected(content)
    return Decoded(clean(content.decode(WORDS_OF.get(charset, charset), "replace")), charset)


def _believed(content: bytes, named: str) -> str:
    """The named charset, if it reads the bytes and no other reads them clearly better."""
    if not named:
        return ""
    text = _strict(content, named)
    if text is None:
        return named if _is_nearly(content, named) else ""
    if named == "utf-8":
        return named
    as_utf8 = _strict(content, "utf-8")
    if as_utf8 is not None and (_is_cjk(as_utf8) or named == "cp1252"):
        return "utf-8"
    rivals = {GB: ("big5",), "big5": (GB,), "cp1252": (GB, "big5")}.get(named, ())
    own = likeness(text)
    better = [(likeness(other), rival) for rival in rivals if (other := _strict(content, rival)) is not None]
    return max(better)[1] if better and max(better)[0] > own + 0.3 else named


def _detected(content: bytes) -> str:
    as_utf8 = _strict(content, "utf-8")
    if as_utf8 is not None and (_is_cjk(as_utf8) or _is_of_one_script(as_utf8)):
        return "utf-8"
    if as_utf8 is None and _is_nearly(content, "utf-8"):
        return "utf-8"
    found = [(likeness(text), charset) for charset in (GB, "big5") if (text := _strict(content, charset)) is not None]
    if found and max(found)[0] > 0:
        return max(found)[1]
    return GB if _is_nearly(content, GB) else "cp1252"


def _strict(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(WORDS_OF.get(charset, charset))
    except UnicodeError:
        return None


def _is_nearly(content: bytes, charset: str) -> bool:
    """Whether only a little of it cannot be read: a text cut in the middle of a character, a stray byte."""
    text = content.decode(WORDS_OF.get(charset, charset), "replace")
    letters = sum(1 for letter in text if letter > "\x7f")
    if charset == "utf-8" and sum(1 for letter in text.partition("\ufffd")[0] if letter > "\x7f") >= SURELY:
        return True  # so many letters in a row are no accident, whatever comes after them
    is_telling = charset == "utf-8" or (charset != "cp1252" and likeness(text) > 0)
    return is_telling and text.count("\ufffd") * 3 <= letters


def _is_cjk(text: str) -> bool:
    return any("\u3000" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uffef" for letter in text)


def _is_of_one_script(text: str) -> bool:
    """Two bytes of GBK often are a letter of UTF-8, but several of them are of scripts that nobody mixes: 凭证 is ƾ֤."""
    letters = (letter for letter in text[:4000] if letter > "\x7f" and unicodedata.category(letter)[0] in "LM")
    return len({unicodedata.name(letter, "?").partition(" ")[0] for letter in letters}) <= 1


def likeness(text: str) -> float:
    """How much like Chinese the letters beyond ASCII look: the share of the most frequent characters, rare ones against it."""
    letters = [letter for letter in text[:4000] if letter > "\x7f"]
    score = 0.0
    for letter in letters:
        if letter in COMMON:
            score += 1.0
        elif "\u3000" <= letter <= "\u303f" or "\uff01" <= letter <= "\uff5e":
            score += 0.5
        elif "\u4e00" <= letter <= "\u9fff":
            score += 0.1 if _is_ordinary(letter) else -0.5
        else:
            score -= 0.5
    return score / len(letters) if letters else 0.0


def _is_ordinary(letter: str) -> bool:
    """One of the 3,755 of GB 2312's first level or the 5,401 of Big5's."""
    simplified = letter.encode("gb2312", "ignore")
    traditional = letter.encode("big5", "ignore")
    return b"\xb0\xa1" <= simplified <= b"\xd7\xf9" or b"\xa4\x40" <= traditional <= b"\xc6\x7e"


def clean(text: str) -> str:
    """The text without NUL, other control characters and halves of characters, with plain line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(CONTROLS)
    return SURROGATES.sub("\ufffd", text)


def raw_bytes(header: str) -> bytes:
    """A header as it came over the wire; the parser keeps bytes beyond ASCII as surrogates."""
    return header.encode("utf-8", "surrogateescape")


def decode_header(header: str) -> Decoded:
    """A header in one line: encoded words (RFC 2047), also those cut within a character, and bytes that nobody encoded."""
    header = re.sub(r"\r?\n[ \t]*", " ", header[:LONGEST_HEADER])
    header = re.sub(r"(\?=)\s+(=\?)", r"\1\2", header)
    texts: list[str] = []
    charsets: list[str] = []
    at = 0
    pending, label = b"", ""

    def flush() -> None:
        nonlocal pending
        if pending:
            texts.append((found := decode(pending, label)).text)
            charsets.append(found.charset)
            pending = b""

    for word in ENCODED_WORD.finditer(header):
        between = header[at : word.start()]
        if between or word[1].lower() != label.lower():
            flush()
        if between:
            charsets.append((found := decode(raw_bytes(between))).charset)
            texts.append(found.text)
        label, at = word[1], word.end()
        pending += _word_bytes(word[2], word[3])
    flush()
    if at < len(header):
        charsets.append((found := decode(raw_bytes(header[at:]))).charset)
        texts.append(found.text)
    telling = [charset for charset in charsets if charset != "us-ascii"]
    return Decoded(" ".join("".join(texts).split()), telling[0] if telling else "us-ascii")


def _word_bytes(encoding: str, text: str) -> bytes:
    if encoding in "bB":
        return lenient_base64(text)
    return binascii.a2b_qp(raw_bytes(text), header=True)


def lenient_base64(text: str) -> bytes:
    """What can be read of base64 that was cut off or has other letters in it."""
    kept = re.sub(r"[^A-Za-z0-9+/]", "", text)
    if len(kept) % 4 == 1:  # one letter too many: no base64 ends so
        kept = kept[:-1]
    return base64.b64decode(kept + "=" * (-len(kept) % 4))
