"""The pages of an act on units: who opens them, what they show before and after, and one confirmation."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from indicators import reorganisation, roles, spreadsheet
from indicators.models import Document, LegalAct, Unit, UnitChange
from tests import factories, people
from tests.indicators.pages import browser, seen
from tests.indicators.reorganisation.acts import MERGER, act, create, merge

pytestmark = pytest.mark.usefixtures("english")
LIST = "/admin/indicators/legalact/"


@pytest.fixture
def keeper(province):
    """Of the group that keeps the catalogue, and nothing else."""
    roles.ensure_groups()
    person = people.person("mai", is_staff=True)
    person.groups.add(roles.group("catalogue"))
    return person


@pytest.fixture
def merger(province):
    for code, name in (("03388", "Phường Quyết Tiến"), ("03389", "Phường Đoàn Kết Cũ")):
        factories.unit(name, "commune", code=code, parent=province.root)
    return act(
        merge("03388", "03388"),
        merge("03389", "03388"),
        create("03388", "Phường Đoàn Kết", system="internal"),
        document=Document.objects.create(name="Nghị quyết 1670/NQ-UBTVQH15"),
    )


def page(name, made):
    return reverse(f"admin:indicators_legalact_{name}", args=[made.pk])


def upload(*rows, headers=("kind", "source", "target")):
    return SimpleUploadedFile("act.xlsx", spreadsheet.write_xlsx(list(headers), [list(row) for row in rows]))


def test_the_preview_shows_the_units_before_and_after(keeper, merger):
    shown = seen(browser(keeper).get(page("preview", merger)))
    for text in (
        "Nghị quyết 1670/NQ-UBTVQH15",
        "01/07/2025",
        "Commune, ward or township 2 1",
        "1 unit begins",
        "Phường Quyết Tiến 03388 ; Phường Đoàn Kết Cũ 03389",
        "2 units end",
        "Codes that mean another unit from that day",
        "No membership, open report, target, form or definition names them.",
        "Apply this act",
    ):
        assert text in shown
    assert Unit.objects.filter(ended__isnull=False).count() == 0


def test_the_confirmation_applies_it_once_and_the_page_then_shows_what_was_applied(keeper, merger):
    client = browser(keeper)
    read = client.get(page("preview", merger)).context["page"].read
    answer = client.post(page("preview", merger), {"read": read}, follow=True)
    assert "Applied: Sắp xếp." in seen(answer)
    assert "Applied by mai at" in seen(answer)
    assert Unit.objects.with_code("03388", MERGER).with_slice(MERGER).get().name_on_day == "Phường Đoàn Kết"
    again = client.post(page("preview", merger), {"read": read})
    assert again.status_code == 409
    assert "This act was applied already, by mai at" in seen(again)
    Unit.objects.get(ended=None, began=MERGER).slices.update(name="Tên Khác")
    later = seen(client.get(page("preview", merger)))
    assert "Tên Khác" not in later
    assert "Phường Đoàn Kết" in later
    assert 'name="read"' not in client.get(page("preview", merger)).content.decode()


def test_what_changed_meanwhile_is_answered_409_with_what_stands_now(keeper, merger):
    client = browser(keeper)
    read = client.get(page("preview", merger)).context["page"].read
    merger.changes.filter(kind="creation").update(name="Phường Tên Mới")
    answer = client.post(page("preview", merger), {"read": read})
    assert answer.status_code == 409
    assert "changed after this page was opened. Nothing was applied" in seen(answer)
    assert "Phường Tên Mới" in seen(answer)
    assert not LegalAct.objects.get().is_applied


def test_reasons_against_it_stand_with_their_lines_and_nothing_can_be_confirmed(keeper, merger):
    merger.changes.filter(kind="creation").delete()
    answer = browser(keeper).get(page("preview", merger))
    assert "Line 1: Phường Quyết Tiến cannot take over from itself." in seen(answer)
    assert 'name="read"' not in answer.content.decode()


# --- Who


@pytest.mark.parametrize("name", ["preview", "lines", "change"])
def test_it_is_for_those_who_keep_the_catalogue(province, merger, name):
    roles.ensure_groups()
    unit = people.person("lan", is_staff=True)
    unit.groups.add(roles.group("unit"))
    for stranger in (unit, province.verifier, province.approver):
        client = browser(stranger)
        read = reorganisation.plan(merger).sha256
        assert client.get(page(name, merger)).status_code == 403
        assert client.post(page(name, merger), {"read": read}).status_code == 403
    assert not LegalAct.objects.get().is_applied


def test_who_may_only_look_sees_no_button_and_applies_nothing(province, merger):
    reader = people.person("lan", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_legalact"))
    client = browser(reader)
    shown = client.get(page("preview", merger))
    assert (shown.status_code, shown.context["may_apply"]) == (200, False)
    answer = client.post(page("preview", merger), {"read": reorganisation.plan(merger).sha256})
    assert answer.status_code == 403
    assert client.get(page("lines", merger)).status_code == 403
    assert client.get(reverse("admin:indicators_legalact_empty")).status_code == 403
    assert not LegalAct.objects.get().is_applied


def test_an_act_that_there_is_none_of_is_not_found(keeper):
    assert browser(keeper).get(f"{LIST}777/preview/").status_code == 404


# --- Entered


def typed(*lines, **facts):
    """The page of an act, filled in."""
    data = {"title": "Sắp xếp", "effective_on": "01/07/2025", "document": "", "issued_by": ""} | facts
    data |= {"changes-TOTAL_FORMS": len(lines), "changes-INITIAL_FORMS": 0}
    for place, line in enumerate(lines):
        data |= {f"changes-{place}-{name}": text for name, text in line.items()}
    return data


def test_an_act_is_entered_line_by_line(keeper):
    answer = browser(keeper).post(
        f"{LIST}add/", typed(merge("03388", "03389"), {"kind": "dissolution", "source": "1"})
    )
    assert answer.status_code == 302
    rows = UnitChange.objects.order_by("pk").values_list("kind", "source", "target")
    assert list(rows) == [("merge", "03388", "03389"), ("dissolution", "1", "")]


def test_a_line_that_is_not_whole_is_refused_in_a_sentence(keeper):
    answer = browser(keeper).post(f"{LIST}add/", typed({"kind": "merge", "source": "03388"}))
    assert "A merge names the unit that ends and the unit that takes over, and nothing else." in seen(answer)
    assert LegalAct.objects.count() == 0


def test_an_applied_act_is_read_only_and_a_change_of_it_is_answered_409(keeper, merger):
    reorganisation.apply(merger, by=keeper, read=reorganisation.plan(merger).sha256)
    client = browser(keeper)
    shown = client.get(page("change", merger))
    assert "This act was applied; it can no longer be changed." in seen(shown)
    assert 'name="_save"' not in shown.content.decode()
    answer = client.post(page("change", merger), typed(title="Khác"))
    assert answer.status_code == 409
    assert "This act was applied already" in seen(answer)
    assert client.post(page("lines", merger), {"file": upload(("merge", "1", "2"))}).status_code == 409
    assert LegalAct.objects.get().title == "Sắp xếp"


# --- Read from a table


def test_lines_are_read_from_a_table_and_shown_before_anything_changes(keeper, merger):
    rows = ("merge", "3388", "03389"), ("dissolution", "12", "")
    answer = browser(keeper).post(page("lines", merger), {"file": upload(*rows)}, follow=True)
    shown = seen(answer)
    assert "2 lines were read." in shown
    assert "Row 2: 3388 was read as 03388." in shown
    assert list(merger.changes.order_by("pk").values_list("source", flat=True)) == ["03388", "12"]
    assert Unit.objects.filter(ended__isnull=False).count() == 0


def test_a_faulty_table_is_refused_as_a_whole(keeper, merger):
    answer = browser(keeper).post(
        page("lines", merger), {"file": upload(("merge", "03388", "03389"), ("x", "", ""))}
    )
    assert "Row 3: “x” is not known in the column “kind of change”" in seen(answer)
    assert merger.changes.count() == 3


def test_the_empty_table_is_read_back(keeper, merger):
    answer = browser(keeper).get(reverse("admin:indicators_legalact_empty"))
    table = spreadsheet.read(answer.content, "legal-act.xlsx")
    assert len(table.headers) == 8
    shown = browser(keeper).get(page("lines", merger))
    assert {str(column.label) for column in shown.context["columns"]} <= {*table.headers} | {""}


# --- Queries


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_as_often_for_three_as_for_one(keeper, merger, count, django_assert_num_queries):
    for number in range(1, count):
        day = MERGER + timedelta(days=number)
        act(merge("03388", "03389"), title=f"Sắp xếp {number}", effective_on=day, document=merger.document)
    client = browser(keeper)
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)
    merger.changes.filter(source="03389").delete() if count == 1 else None
    with django_assert_num_queries(20):
        client.get(page("preview", merger))
