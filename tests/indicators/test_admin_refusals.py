"""A refusal while a page is saved: nothing stays, and the page comes back with the sentence and what was typed."""

import pytest
from django.contrib import admin
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import transaction

from indicators.admin.base import CatalogueAdmin, Inline, RefusalInForm
from indicators.models import IndicatorGroup, Programme, ProgrammeIndicator
from indicators.refusals import Refused
from tests import factories, people

SENTENCE = "Chương trình này đã khóa."


class PlaceInline(Inline):
    model = ProgrammeIndicator


class LockedProgrammes(RefusalInForm, CatalogueAdmin):
    """Refuses at the very end, when the programme and its rows are written."""

    inlines = [PlaceInline]

    def save_related(self, request, form, formsets, change) -> None:
        super().save_related(request, form, formsets, change)
        if form.cleaned_data["code"] == "LOCKED":
            raise Refused(SENTENCE)


@pytest.fixture
def page(rf, db):
    user, model_admin = people.superuser(), LockedProgrammes(Programme, admin.site)

    def post(code: str, pk: int | None = None):
        group = IndicatorGroup.objects.get_or_create(code="G", defaults={"name": "Nhóm"})[0]
        indicator = factories.indicator(f"X.{code}")
        data = {"code": code, "name": "Tên đã nhập", "first_year": "2026", "last_year": "2030"}
        data |= {"programmeindicator_set-TOTAL_FORMS": "1", "programmeindicator_set-INITIAL_FORMS": "0"}
        row = {"group": group.pk, "indicator": indicator.pk, "order": 7}
        data |= {f"programmeindicator_set-0-{name}": str(value) for name, value in row.items()}
        request = rf.post("/", data)
        request.user, request.session = user, {}
        request._dont_enforce_csrf_checks = True
        request._messages = FallbackStorage(request)
        with transaction.atomic():
            return model_admin.changeform_view(request, str(pk) if pk else None)

    return post


def told(response) -> list[str]:
    return [str(sentence) for errors in response.context_data["errors"] for sentence in errors]


def test_a_refused_addition_leaves_nothing_and_says_why_beside_what_was_typed(page):
    response = page("LOCKED")
    assert (response.status_code, told(response)) == (200, [SENTENCE])
    assert not Programme.objects.filter(code="LOCKED").exists()
    form = response.context_data["adminform"].form
    (rows,) = response.context_data["inline_admin_formsets"]
    assert form["name"].value() == "Tên đã nhập"
    assert rows.formset.forms[0]["order"].value() == "7"


def test_a_refused_change_leaves_the_row_as_it_was(page):
    stored = Programme.objects.create(code="OLD", name="Tên cũ")
    assert told(page("LOCKED", stored.pk)) == [SENTENCE]
    stored.refresh_from_db()
    assert (stored.code, stored.name, stored.programmeindicator_set.count()) == ("OLD", "Tên cũ", 0)


def test_what_is_not_refused_is_saved_and_the_sentence_is_forgotten(page):
    page("LOCKED")
    assert page("FREE").status_code == 302
    assert Programme.objects.get(code="FREE").programmeindicator_set.count() == 1
