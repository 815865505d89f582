"""The page on which a form of another office is filled in: up with markers, down with figures. Nothing is kept but
the answer, for a while, until it is taken."""

import hashlib
from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from indicators import spreadsheet
from indicators.clock import today
from indicators.models import User
from indicators.refusals import Busy, Refused
from indicators.requests import StaffRequest
from indicators.waiting import WaitingFile

from . import asked, exports, filling, queries, spans
from .asked import Offered
from .filters import PeriodFilter
from .kept_pages import sees_unpublished

MOST_CELLS = 2_000
MOST_PERIODS = 12
KEPT_FOR = 3600  # seconds
SALT = "reporting.filling"


class FillForm(PeriodFilter):
    """`book` is the uploaded form. The period is for markers that name none."""

    file = forms.FileField(
        label=gettext_lazy("Form with markers (.xlsx)"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
    illustrative = forms.BooleanField(
        label=gettext_lazy("Fill in made-up figures of the demonstration too"), required=False
    )

    def __init__(self, data: Any = None, files: Any = None, *, offered: list[Offered]) -> None:
        super().__init__(data, files, offered=offered)
        self.fields["period"].initial = self.newest.label if self.newest else ""
        self.book: spreadsheet.MarkedBook | None = None

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        try:
            self.book = spreadsheet.read_marked(upload.read(spreadsheet.MAX_BYTES + 1))
        except Busy:
            raise  # no fault of the file: the view says so
        except Refused as refused:
            raise ValidationError(refused.sentence) from refused
        if len(self.book.cells) > MOST_CELLS:
            raise ValidationError(
                _("The form holds more than %(limit)s markers. Split it.") % {"limit": MOST_CELLS}
            )
        if not self.book.cells:
            raise ValidationError(_("No cell of this workbook holds a marker such as {{HT.01}}."))
        return upload


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def fill_form(request: StaffRequest) -> HttpResponse:
    if not sees_unpublished(request):
        raise PermissionDenied
    if request.POST.get("action") == "take":
        return _taken(request)
    rounds = asked.rounds()
    offered = spans.all_offered(rounds)
    if request.method != "POST":
        return _page(request, FillForm(offered=offered))
    form = FillForm(request.POST, request.FILES, offered=offered)
    try:
        if not form.is_valid() or form.book is None:
            return _page(request, form)
        return _answered(request, form, form.book, rounds)
    except Refused as refused:  # no turn, or no room on the disk
        return _page(request, FillForm(offered=offered), refused=refused)


fill_form.reads_files = True  # type: ignore[attr-defined]


@login_required
@require_safe
def fill_example(request: StaffRequest) -> HttpResponse:
    """The markers that there are, as a form that can be filled in."""
    if not sees_unpublished(request):
        raise PermissionDenied
    return exports.written(exports.of_markers(queries.measured(today())), "xlsx")


def _answered(
    request: StaffRequest, form: FillForm, book: spreadsheet.MarkedBook, rounds: list[Any]
) -> HttpResponse:
    sought = filling.Sought(
        indicators=queries.indicators_by_code(),
        periods={label: each.period for label, each in form.offered.items()},
        default=form.chosen,
        takes_illustrative=form.cleaned_data["illustrative"],
    )
    places = filling.places_of(book, sought)
    if len({period for period, _indicator, _unit in places}) > MOST_PERIODS:
        form.add_error(
            "file", _("The markers name more than %(limit)s periods. Split the form.") % {"limit": MOST_PERIODS}
        )
        return _page(request, form)
    answer = filling.answer(book, sought, queries.wanted_figures(places, rounds, reader=request.user))
    kept = ""
    if answer.instead:
        data = spreadsheet.fill(book, answer.instead)
        kept = _keep(data, _name(form.cleaned_data["file"].name, answer), by=request.user)
    return _page(request, form, answer=answer, kept=kept)


def _name(uploaded: str, answer: filling.Answer) -> str:
    """Of a file with made-up figures the name says so, wherever it travels."""
    marks = ["minh hoa"] if answer.is_illustrative else []
    return exports.file_name(*marks, PurePath(uploaded).stem, "da dien") + ".xlsx"


def _keep(data: bytes, name: str, *, by: User) -> str:
    """A signed note of the file, which waits for its reader alone."""
    storage = WaitingFile(read_mode="rb")
    storage.save(data)
    return signing.dumps([storage.name, hashlib.sha256(data).hexdigest(), name, by.pk], salt=SALT)


def _taken(request: StaffRequest) -> HttpResponse:
    gone = Refused(_("This answer has expired. Upload the form again."))
    try:
        place, digest, name, owner = signing.loads(request.POST.get("kept", ""), salt=SALT, max_age=KEPT_FOR)
        data = WaitingFile(name=place, read_mode="rb").read() if owner == request.user.pk else b""
    except (signing.BadSignature, FileNotFoundError):
        data, digest, name = b"", "", ""
    if not data or hashlib.sha256(data).hexdigest() != digest:
        return _page(request, FillForm(offered=spans.all_offered(asked.rounds())), refused=gone)
    return exports.answer(data, name)


def _page(
    request: HttpRequest,
    form: FillForm,
    *,
    answer: filling.Answer | None = None,
    kept: str = "",
    refused: Refused | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "answer": answer,
        "kept": kept,
        "refused": refused.sentence if refused else "",
    }
    return render(request, "reporting/filling.html", context, status=refused.status if refused else 200)
