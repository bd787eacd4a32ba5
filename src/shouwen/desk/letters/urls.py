from django.urls import URLPattern, path

from shouwen.core.text import Text
from shouwen.desk.letters import views
from shouwen.desk.letters.superior import superior_paper
from shouwen.desk.letters.supervision import supervision_answer, supervision_paper

REPLY = Text("打印回复函", "Print the reply")
RECEIPT = Text("打印受理回执", "Print the receipt")
DECLINE = Text("打印不予受理告知书", "Print the notice of declining")

urlpatterns: list[URLPattern] = [
    path("complaints/<str:number>/slip/<int:n>/", views.page(views.slip_paper), name="letter_slip"),
    path("complaints/<str:number>/slip/<int:n>.pdf", views.printed(views.slip_paper), name="letter_slip_pdf"),
    path("complaints/<str:number>/reply/<int:n>/", views.page(views.reply_paper, REPLY), name="letter_reply"),
    path("complaints/<str:number>/reply/<int:n>.pdf", views.printed(views.reply_paper, REPLY), name="letter_reply_pdf"),
    path("complaints/<str:number>/receipt/", views.page(views.receipt_paper, RECEIPT), name="letter_receipt"),
    path("complaints/<str:number>/receipt.pdf", views.printed(views.receipt_paper, RECEIPT), name="letter_receipt_pdf"),
    path("complaints/<str:number>/decline/", views.page(views.decline_paper, DECLINE), name="letter_decline"),
    path("complaints/<str:number>/decline.pdf", views.printed(views.decline_paper, DECLINE), name="letter_decline_pdf"),
    path("complaints/<str:number>/supervision/<int:n>/", views.page(supervision_paper), name="letter_supervision"),
    path(
        "complaints/<str:number>/supervision/<int:n>.pdf",
        views.printed(supervision_paper),
        name="letter_supervision_pdf",
    ),
    path(
        "complaints/<str:number>/supervision/<int:n>/answer/",
        views.page(supervision_answer),
        name="letter_supervision_answer",
    ),
    path(
        "complaints/<str:number>/supervision/<int:n>/answer.pdf",
        views.printed(supervision_answer),
        name="letter_supervision_answer_pdf",
    ),
    path("complaints/<str:number>/superior/", views.page(superior_paper), name="letter_superior"),
    path("complaints/<str:number>/superior.pdf", views.printed(superior_paper), name="letter_superior_pdf"),
]
