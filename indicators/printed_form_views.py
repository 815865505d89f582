"""The printed form of a report, on a page and in Word; and the page that tells what a check code belongs to."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import code_lookup, numbers
from .evidence_views import StaffRequest
from .permissions import Standing, report_seen_by
from .printed_form import Printed, list_heads, list_rows, printed
from .report_docx import report_docx

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST_CODE = 40


@never_cache
@login_required
@require_safe
def submission_print(request: StaffRequest, pk: int) -> HttpResponse:
    """`?revision=2` prints an earlier hand-in."""
    page, where = _page(request, pk)
    asked = f"?revision={page.handed_in.number}" if page.handed_in else ""
    word = reverse("submission_docx", args=[pk]) + asked
    context = {"page": page, "word": word, "works_on_it": where.works_on_it}
    if page.the_list:
        context |= {"list_heads": list_heads(), "list_rows": list_rows(page)}
    return render(request, "indicators/printed_form.html", context)


@never_cache
@login_required
@require_safe
def submission_docx(request: StaffRequest, pk: int) -> HttpResponse:
    page, _where = _page(request, pk)
    answer = HttpResponse(report_docx(page), content_type=WORD)
    disposition = content_disposition_header(as_attachment=True, filename=f"{_name(page)}.docx")
    answer["Content-Disposition"] = disposition or ""
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@never_cache
@login_required
@require_safe
def check(request: StaffRequest, code: str = "") -> HttpResponse:
    """Of a code that does not exist and of one that others may see the answer is the same: 404 and one sentence."""
    text = (code or request.GET.get("code", ""))[:LONGEST_CODE].strip()
    found = code_lookup.found(text, request.user)
    status = 404 if text and not found else 200
    return render(request, "indicators/check.html", {"code": text, "found": found}, status=status)


def _page(request: StaffRequest, pk: int) -> tuple[Printed, Standing]:
    """404 where the report, the hand-in that is asked for, or anything to print is not this person's to see."""
    seen = report_seen_by(request.user, pk)
    text = request.GET.get("revision", "")[:9]
    if seen is None or (text and not (text.isascii() and text.isdecimal())):
        raise Http404
    page = printed(*seen, number=int(text) if text else None)
    if page is None:
        raise Http404
    return page, seen[1]


def _name(page: Printed) -> str:
    """bao-cao-01-cds-2026-q3-so-khoa-hoc-va-cong-nghe-2: ASCII, as every system can store it."""
    round_, number = page.submission.round, page.handed_in.number if page.handed_in else "nhap"
    said = f"bao cao {round_.form.code} {round_.period.label} {page.unit} {number}".replace("/", " ")
    return slugify(numbers.fold(said))
