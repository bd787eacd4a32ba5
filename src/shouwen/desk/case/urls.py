from django.urls import path

from shouwen.desk.case import views

urlpatterns = [
    path("complaints/<str:number>/", views.case, name="case"),
    path("complaints/<str:number>/act/<slug:action>/", views.act, name="act"),
    path("complaints/<str:number>/act/<slug:action>/draft/", views.save_draft, name="act_draft"),
    path("units/", views.units, name="units"),
    path("complaints/<str:number>/reveal/", views.reveal, name="reveal"),
    path("complaints/<str:number>/clock/", views.clock, name="clock"),
    path("complaints/<str:number>/files/", views.attachments, name="attachments"),
    path("complaints/<str:number>/files/<str:digest>/", views.attachment, name="attachment"),
]
