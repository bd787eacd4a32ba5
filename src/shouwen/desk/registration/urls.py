from django.urls import path

from shouwen.desk.registration import views

urlpatterns = [
    path("register/", views.register, name="register"),
    path("register/draft/", views.save_draft, name="register_draft"),
    path("register/discard/", views.discard, name="register_discard"),
    path("register/due/", views.due, name="register_due"),
    path("register/earlier/", views.earlier, name="register_earlier"),
    path("register/<str:number>/done/", views.done, name="register_done"),
]
