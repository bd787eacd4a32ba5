from django.urls import path

from shouwen.desk.hotline import views

urlpatterns = [
    path("hotline/", views.call, name="hotline"),
    path("hotline/call/", views.take_call, name="hotline_call"),
    path("hotline/<str:number>/done/", views.read_out, name="hotline_done"),
]
