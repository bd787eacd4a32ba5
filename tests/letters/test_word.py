"""Word forms: the same words as the page and the PDF, as text and nothing else."""

import zipfile
from io import BytesIO
from typing import Any

import docx
import msgspec
import pytest

from shouwen.core.refusal import Refusal
from shouwen.letters.paper import Table, across, pair
from shouwen.letters.pdf import MOST_LINES
from shouwen.letters.word import word
from tests.letters import cases
from tests.letters.test_pages import address, signed_in, status
from tests.letters.test_pdf import HOSTILE, a_paper


def opened(content: bytes) -> Any:
    return docx.Document(BytesIO(content))


def said(content: bytes) -> str:
    document = opened(content)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_title_number_and_seal_stand_on_a_sheet_of_a4() -> None:
    document = opened(word(a_paper()))
    assert [round(document.sections[0].page_width.mm), round(document.sections[0].page_height.mm)] == [210, 297]
    assert [paragraph.text for paragraph in document.paragraphs][1:3] == ["客户投诉转办单", "编号：TS2026-00000001-Z1"]


def test_two_entries_stand_side_by_side_and_one_goes_across() -> None:
    paper = msgspec.structs.replace(
        a_paper(), parts=(Table((pair("渠道", "热线", "分类", "服务态度"), across("标题", "排队"))),)
    )
    first, second = opened(word(paper)).tables[0].rows
    assert [cell.text for cell in first.cells] == ["渠道", "热线", "分类", "服务态度"]
    assert [cell.text for cell in second.cells] == ["标题", "排队", "排队", "排队"]


@pytest.mark.parametrize("text", [HOSTILE, "<w:p/>&amp;{{ name }}{% if %}", "=cmd|' /C calc'!A0"])
def test_what_a_person_wrote_stands_there_as_it_was_written(text: str) -> None:
    assert text in said(word(a_paper(text)))


def test_a_letter_no_xml_can_hold_is_left_out() -> None:
    paper = msgspec.structs.replace(a_paper(), greeting="尊敬的\ufffe\x00客户")
    assert "尊敬的客户" in said(word(paper))


def test_the_file_reaches_nowhere_outside_itself_and_carries_no_macro() -> None:
    with zipfile.ZipFile(BytesIO(word(a_paper(HOSTILE)))) as parts:
        assert not [name for name in parts.namelist() if "vba" in name.lower() or "embeddings" in name]
        links = [parts.read(name) for name in parts.namelist() if name.endswith(".rels")]
    assert not [link for link in links if b'TargetMode="External"' in link]


def test_a_letter_of_very_many_lines_is_refused() -> None:
    paper = msgspec.structs.replace(a_paper(), parts=(Table((across("投诉内容", "中\n" * (MOST_LINES + 1)),)),))
    with pytest.raises(Refusal, match="letter-too-long"):
        word(paper)


@pytest.mark.usefixtures("bank")
def test_the_unit_saves_its_slip_for_word_masked_like_the_page() -> None:
    complaint = cases.dispatched()
    answer = signed_in(cases.CONTACT).get(address("slip_docx", complaint, 1))
    assert answer["Content-Disposition"] == f'attachment; filename="{complaint.number}-Z1.docx"'
    assert f"{complaint.number}-Z1" in said(answer.content)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.usefixtures("bank")
def test_who_may_not_see_the_complaint_gets_no_file_of_it() -> None:
    assert status("11210101", "slip_docx", cases.dispatched(), 1) == 404
