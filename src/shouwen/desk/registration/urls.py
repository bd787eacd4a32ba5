from django.urls import path

from shouwen.desk.registration import book, slips, views

urlpatterns = [
    path("register/", views.register, name="register"),
    path("register/draft/", views.save_draft, name="register_draft"),
    path("register/discard/", views.discard, name="register_discard"),
    path("register/due/", views.due, name="register_due"),
    path("register/earlier/", views.earlier, name="register_earlier"),
    path("register/book/", book.book, name="register_book"),
    path("register/book/done/", book.book_done, name="register_book_done"),
    path("register/slips/", slips.upload, name="register_slips"),
    path("register/slips/template.xlsx", slips.template, name="register_slips_template"),
    path("register/slips/<uuid:key>/", slips.preview, name="register_slips_preview"),
    path("register/slips/<uuid:key>/rejects.xlsx", slips.rejects, name="register_slips_rejects"),
    path("register/<str:number>/done/", views.done, name="register_done"),
]
