from django.urls import path

from shouwen.desk.worklist import views

urlpatterns = [
    path("", views.home, name="home"),
    path("tasks/", views.tasks, name="tasks"),
    path("complaints/", views.complaints, name="complaints"),
    path("complaints/<str:number>/preview/", views.preview, name="preview"),
    path("find/", views.find, name="find"),
    path("policy/", views.policy, name="policy"),
]
