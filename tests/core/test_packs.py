"""Policy packs as files: those that ship, by code or key, and those of a bank, by path."""

from datetime import date
from pathlib import Path

import pytest

from shouwen import packs
from shouwen.core.policy import PolicyError


def test_a_shipped_pack_is_found_by_its_code_and_by_its_key() -> None:
    assert "boc-2008" in packs.shipped()
    assert packs.load("boc-2008@7") == packs.load("boc-2008")
    assert packs.text_of("boc-2008@7") == packs.text_of("boc-2008")


def test_a_pack_is_read_once() -> None:
    assert packs.load("boc-2008") is packs.load("boc-2008")


@pytest.mark.parametrize("name", ["boc-1908", "boc-2008@99", "/nowhere/bank.yaml", "../boc-2008.yaml", ""])
def test_a_pack_that_is_not_there_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(PolicyError) as caught:
        packs.load(name)
    assert "boc-2008" in caught.value.reason.zh
    assert caught.value.file == name


def test_a_pack_of_the_bank_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "规则 pack.yaml"
    path.write_text(packs.text_of("boc-2008").replace('version: "7"', 'version: "7a"'), encoding="utf-8")
    assert packs.load(path).key == "boc-2008@7a"
    assert packs.load(str(path)).key == "boc-2008@7a"


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bank.yaml"
    path.write_text(packs.text_of("boc-2008"), encoding="utf-8-sig")
    assert packs.load(path) == packs.load("boc-2008")


def test_a_file_that_is_not_utf8_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "bank.yaml"
    path.write_bytes(b"code: bank\ntitle: " + "银行".encode("gb18030"))
    with pytest.raises(PolicyError) as caught:
        packs.load(path)
    assert (caught.value.file, caught.value.line) == (str(path), 2)
    assert "UTF-8" in caught.value.reason.zh


def test_a_mistake_in_a_file_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bank.yaml"
    path.write_text("code: bank\n", encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        packs.load(path)
    assert str(caught.value).startswith(f"{path}:1: the field “version” is missing")


def test_the_version_valid_on_a_day_is_taken() -> None:
    assert packs.latest("boc-2008").key == "boc-2008@7"
    assert packs.latest("boc-2008", on=date(2008, 1, 1)).key == "boc-2008@7"
    with pytest.raises(PolicyError, match="not valid yet on 2007-12-31"):
        packs.latest("boc-2008", on=date(2007, 12, 31))
