from django.urls import URLPattern, path

from shouwen.core.text import Text
from shouwen.desk.letters import views

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
]
