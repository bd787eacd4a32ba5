from django.urls import path

from shouwen.desk.mailbox import views

urlpatterns = [
    path("mailbox/", views.mails, name="mails"),
    path("mailbox/<int:key>/", views.mail, name="mail"),
    path("mailbox/<int:key>/register/", views.register, name="mail_register"),
    path("mailbox/<int:key>/dismiss/", views.dismiss, name="mail_dismiss"),
]
