from django.urls import path

from . import public_views, publication_views, views

urlpatterns = [
    path("summary/", views.summary, name="summary"),
    path("public/", public_views.public, name="public"),
    path("search/", views.search, name="search"),
    path("completeness/", views.completeness, name="completeness"),
    path("completeness/rounds/<int:pk>/", views.unreported, name="unreported"),
    path("completeness/rounds/<int:pk>/annex.docx", views.unreported_annex, name="unreported_annex"),
    path("publications/", publication_views.publications, name="publications"),
    path("publications/<int:pk>/", publication_views.publication, name="publication"),
    path("publications/<int:pk>.json", publication_views.publication_json, name="publication_json"),
    path("units/<path:code>/", views.unit, name="unit"),
    path("indicators/<path:code>/", views.indicator, name="indicator"),
]
