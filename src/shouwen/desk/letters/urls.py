from collections.abc import Iterator

from django.urls import URLPattern, path

from shouwen.core.text import Text
from shouwen.desk.letters import views
from shouwen.desk.letters.superior import superior_paper
from shouwen.desk.letters.supervision import supervision_answer, supervision_paper

REPLY = Text("打印回复函", "Print the reply")
RECEIPT = Text("打印受理回执", "Print the receipt")
DECLINE = Text("打印不予受理告知书", "Print the notice of declining")


def _letter(address: str, name: str, make: views.Maker, purpose: Text | None = None) -> Iterator[URLPattern]:
    """A letter's page, and the files that it can be had as."""
    yield path(f"complaints/<str:number>/{address}/", views.page(make, purpose), name=f"letter_{name}")
    for suffix, form in (("pdf", views.PDF), ("docx", views.WORD)):
        view = views.printed(make, purpose, form)
        yield path(f"complaints/<str:number>/{address}.{suffix}", view, name=f"letter_{name}_{suffix}")


urlpatterns: list[URLPattern] = [
    *_letter("slip/<int:n>", "slip", views.slip_paper),
    *_letter("reply/<int:n>", "reply", views.reply_paper, REPLY),
    *_letter("receipt", "receipt", views.receipt_paper, RECEIPT),
    *_letter("decline", "decline", views.decline_paper, DECLINE),
    *_letter("supervision/<int:n>", "supervision", supervision_paper),
    *_letter("supervision/<int:n>/answer", "supervision_answer", supervision_answer),
    *_letter("superior", "superior", superior_paper),
]
