from django.urls import path

from . import (
    filling_views,
    public_views,
    publication_views,
    register_views,
    report_views,
    restated_views,
    score_views,
    task_views,
    views,
)
from .exports import ENDINGS

files = [
    path(f"{address}.{ending}", view, {"ending": ending}, name=f"{view.__name__}_{ending}")
    for ending in ENDINGS
    for address, view in (
        ("summary", views.summary),
        ("completeness", views.completeness),
        ("ranking", views.ranking),
        ("compare", views.compare),
        ("groups/<path:code>", views.group),
        ("units/<path:code>", views.unit),
        ("indicators/<path:code>", views.indicator),
        ("registers/<slug:code>", register_views.register),
        ("scores/<slug:code>", score_views.score),
        ("scores/<slug:code>/<path:unit>", score_views.unit_score),
        ("tasks", task_views.tasks),
    )
]

urlpatterns = [
    *files,
    path("summary.docx", report_views.report, name="summary_docx"),
    path("summary/", views.summary, name="summary"),
    path("summary/fill/", filling_views.fill_form, name="fill_form"),
    path("summary/fill/example.xlsx", filling_views.fill_example, name="fill_example"),
    path("public/", public_views.public, name="public"),
    path("public/registers/<slug:code>/", register_views.public_register, name="public_register"),
    path("tasks/", task_views.tasks, name="tasks"),
    path("registers/", register_views.registers, name="registers"),
    path("registers/<slug:code>/", register_views.register, name="register"),
    path("registers/<slug:code>/<str:row>/", register_views.register_row, name="register_row"),
    path("scores/", score_views.scores, name="scores"),
    path("scores/<slug:code>/", score_views.score, name="score"),
    path("scores/<slug:code>/<path:unit>/", score_views.unit_score, name="unit_score"),
    path("search/", views.search, name="search"),
    path("completeness/", views.completeness, name="completeness"),
    path("ranking/", views.ranking, name="ranking"),
    path("compare/", views.compare, name="compare"),
    path("completeness/rounds/<int:pk>/", views.unreported, name="unreported"),
    path("completeness/rounds/<int:pk>/annex.docx", views.unreported_annex, name="unreported_annex"),
    path("publications/", publication_views.publications, name="publications"),
    path("publications/<int:pk>/", publication_views.publication, name="publication"),
    path("publications/<int:pk>.json", publication_views.publication_json, name="publication_json"),
    path("groups/<path:code>/", views.group, name="group"),
    path("units/<path:code>/restated/", restated_views.restated_unit, name="restated_unit"),
    path("units/<path:code>/", views.unit, name="unit"),
    path("indicators/<path:code>/restated/", restated_views.restated_indicator, name="restated_indicator"),
    path("indicators/<path:code>/", views.indicator, name="indicator"),
]
