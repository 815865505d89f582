from django.urls import path

from . import views

urlpatterns = [
    path("summary/", views.summary, name="summary"),
    path("indicators/<path:code>/", views.indicator, name="indicator"),
]
