from django.urls import URLPattern, path

from shouwen.desk.letters import views
from shouwen.desk.letters.superior import superior_paper

urlpatterns: list[URLPattern] = [
    path("complaints/<str:number>/slip/<int:n>/", views.page(views.slip_paper), name="letter_slip"),
    path("complaints/<str:number>/slip/<int:n>.pdf", views.printed(views.slip_paper), name="letter_slip_pdf"),
    path("complaints/<str:number>/reply/<int:n>/", views.page(views.reply_paper, translated=True), name="letter_reply"),
    path("complaints/<str:number>/reply/<int:n>.pdf", views.printed(views.reply_paper), name="letter_reply_pdf"),
    path("complaints/<str:number>/receipt/", views.page(views.receipt_paper, translated=True), name="letter_receipt"),
    path("complaints/<str:number>/receipt.pdf", views.printed(views.receipt_paper), name="letter_receipt_pdf"),
    path("complaints/<str:number>/decline/", views.page(views.decline_paper, translated=True), name="letter_decline"),
    path("complaints/<str:number>/decline.pdf", views.printed(views.decline_paper), name="letter_decline_pdf"),
    path("complaints/<str:number>/superior/", views.page(superior_paper), name="letter_superior"),
    path("complaints/<str:number>/superior.pdf", views.printed(superior_paper), name="letter_superior_pdf"),
]
