from django.urls import path

from . import (
    adjustment_views,
    behalf_views,
    evidence_views,
    explaining_views,
    notice_views,
    printed_form_views,
    signed_papers_views,
    unit_accounts_views,
    views,
    workbook_views,
)

urlpatterns = [
    path("", views.home, name="home"),
    path("notices/", notice_views.notices, name="notices"),
    path("submissions/", views.submissions, name="submissions"),
    path("submissions/<int:pk>/", views.submission, name="submission"),
    path("submissions/<int:pk>/workbook.xlsx", workbook_views.submission_workbook, name="submission_workbook"),
    path("submissions/<int:pk>/evidence/", evidence_views.submission_evidence, name="submission_evidence"),
    path("submissions/<int:pk>/evidence/<int:number>/", evidence_views.evidence_file, name="evidence_file"),
    path("submissions/<int:pk>/assessed/", explaining_views.submission_assessed, name="submission_assessed"),
    path("submissions/<int:pk>/adjustment/", adjustment_views.adjustment, name="adjustment"),
    path("submissions/<int:pk>/on-behalf/", behalf_views.submission_on_behalf, name="submission_on_behalf"),
    path("submissions/<int:pk>/on-behalf/<int:number>/", behalf_views.on_behalf_scan, name="on_behalf_scan"),
    path("submissions/<int:pk>/signed/", signed_papers_views.submission_signed, name="submission_signed"),
    path("submissions/<int:pk>/signed/<int:number>/", signed_papers_views.signed_document, name="signed_document"),
    path("submissions/<int:pk>/print/", printed_form_views.submission_print, name="submission_print"),
    path("submissions/<int:pk>/report.docx", printed_form_views.submission_docx, name="submission_docx"),
    path("submissions/<int:pk>/import/", workbook_views.submission_import, name="submission_import"),
    path("check/", printed_form_views.check, name="check"),
    path("check/<str:code>/", printed_form_views.check, name="check_code"),
    path("unit-accounts/", unit_accounts_views.unit_accounts, name="unit_accounts"),
    path("unit-accounts/<int:pk>/", unit_accounts_views.unit_account_list, name="unit_account_list"),
    path(
        "unit-accounts/<int:pk>/<int:membership>/",
        unit_accounts_views.unit_account_hand_over,
        name="unit_account_hand_over",
    ),
]
