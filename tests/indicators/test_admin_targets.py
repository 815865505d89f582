"""Targets and baselines as the administrator keeps them: recorded, replaced, withdrawn for a reason, never lost."""

from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from indicators import targets
from indicators.models import Baseline, Document, Indicator, Programme, Target
from tests import factories, people
from tests.factories import Province
from tests.indicators.pages import browser, seen

pytestmark = pytest.mark.usefixtures("english")
TARGETS, BASELINES = "/admin/indicators/target/", "/admin/indicators/baseline/"
NO_REASON = "Give the reason why this figure no longer holds."
MEANWHILE = "Somebody has replaced or withdrawn this figure meanwhile. Look at what holds now."


@pytest.fixture
def keeper(province: Province):
    return people.superuser()


@pytest.fixture
def client(keeper) -> Client:
    return browser(keeper)


@pytest.fixture
def indicator(province: Province) -> Indicator:
    return factories.ratio("XH.01", name="Tỷ lệ thuê bao")


@pytest.fixture
def plan(db) -> Document:
    return Document.objects.create(name="Nghị quyết 09-NQ/TU", signed_on=date(2022, 2, 25))


@pytest.fixture
def target(indicator, plan, keeper) -> Target:
    return targets.record_target(
        indicator=indicator,
        level="province",
        unit=None,
        year=2030,
        operator="gte",
        value=Decimal("95"),
        document=plan,
        by=keeper,
    )


@pytest.fixture
def baseline(indicator, plan, keeper) -> Baseline:
    return targets.record_baseline(
        indicator=indicator, unit=None, year=2020, value=Decimal("53.8"), document=plan, by=keeper
    )


def page_of(row) -> str:
    return f"/admin/indicators/{row._meta.model_name}/{row.pk}/change/"


def faults(response) -> list[str]:
    assert response.status_code == 200
    return [str(sentence) for errors in response.context["errors"] for sentence in errors]


def fields(row) -> tuple:
    row.refresh_from_db()
    return row.value, row.superseded_at is None, row.superseded_because


def add(client: Client, indicator: Indicator, plan: Document, **typed):
    data = {
        "indicator": indicator.pk,
        "level": "province",
        "unit": "",
        "year": "2030",
        "operator": "gte",
        "value": "95",
        "document": plan.pk,
        "programme": "",
    }
    return client.post(f"{TARGETS}add/", data | typed)


# --- Recording


def test_a_target_is_recorded_with_who_and_when(client, keeper, indicator, plan):
    programme = Programme.objects.get(code="P")
    assert add(client, indicator, plan, value="95,5", programme=programme.pk).status_code == 302
    made = Target.objects.get()
    assert (made.value, made.operator, made.year, made.level) == (Decimal("95.5"), "gte", 2030, "province")
    assert (made.programme, made.recorded_by, made.is_current) == (programme, keeper, True)


def test_a_target_with_two_readings_is_read_back(client, indicator, plan):
    response = add(client, indicator, plan, value="1.250")
    assert faults(response) == ['"1.250" can be read as 1,250 or 1250. Choose one.']
    assert 'value="1.250"' in response.content.decode()
    assert not Target.objects.exists()


@pytest.mark.parametrize(("level", "names_unit"), [("unit", False), ("province", True), ("national", True)])
def test_only_a_target_of_a_unit_names_one(client, indicator, plan, province, level, names_unit):
    response = add(client, indicator, plan, level=level, unit=province.sister.pk if names_unit else "")
    assert faults(response) == ["A target of the level “unit” names its unit; any other names none."]
    assert not Target.objects.exists()


def test_a_second_target_of_one_document_is_refused_with_what_was_typed(client, target):
    response = add(client, target.indicator, target.document, value="97")
    assert faults(response) == ["This document already sets a target for that indicator, level and year."]
    assert 'value="97"' in response.content.decode()
    assert Target.objects.count() == 1


def test_another_document_may_set_its_own(client, target):
    other = Document.objects.create(name="Quyết định 411/QĐ-TTg")
    assert add(client, target.indicator, other, level="national").status_code == 302
    assert Target.objects.filter(superseded_at=None).count() == 2


def test_a_baseline_is_recorded(client, keeper, indicator, plan):
    data = {"indicator": indicator.pk, "unit": "", "year": "2020", "value": "53,8", "document": plan.pk}
    assert client.post(f"{BASELINES}add/", data).status_code == 302
    made = Baseline.objects.get()
    assert (made.value, made.year, made.document, made.recorded_by) == (Decimal("53.8"), 2020, plan, keeper)


# --- Replacing


def replace(client: Client, row, **typed):
    return client.post(page_of(row), {"operator": "gte", "value": "97", "_replace": "1"} | typed)


def test_a_replacement_leaves_the_row_before_with_its_reason(client, keeper, target):
    response = replace(client, target, value="97,5", operator="gt", reason="Theo văn bản đính chính")
    new = Target.objects.get(superseded_at=None)
    assert (response.status_code, response.url) == (302, page_of(new))
    assert (new.value, new.operator, new.document, new.year) == (Decimal("97.5"), "gt", target.document, 2030)
    assert fields(target) == (Decimal("95"), False, "Theo văn bản đính chính")
    assert (target.operator, target.superseded_by) == ("gte", keeper)


@pytest.mark.parametrize("button", ["_replace", "_withdraw"])
@pytest.mark.parametrize("reason", ["", "   "])
def test_neither_is_done_without_a_reason(client, target, button, reason):
    response = client.post(page_of(target), {"operator": "gte", "value": "97", "reason": reason, button: "1"})
    assert faults(response) == [NO_REASON]
    assert fields(target) == (Decimal("95"), True, "")


def test_the_fixed_facts_are_not_changed_by_what_is_posted(client, target):
    replace(client, target, reason="Nhầm", year="2040", level="national", indicator="999")
    new = Target.objects.get(superseded_at=None)
    assert (new.year, new.level, new.indicator_id) == (2030, "province", target.indicator_id)


def test_a_figure_replaced_meanwhile_is_409_with_what_holds(client, target, keeper):
    targets.replace_target(target, value=Decimal("96"), operator="gte", reason="Trước", by=keeper)
    response = replace(client, target, reason="Sau")
    assert response.status_code == 409
    assert MEANWHILE in seen(response)
    assert "≥ 96%" in seen(response)
    assert sorted(Target.objects.values_list("value", flat=True)) == [Decimal("95"), Decimal("96")]
    assert fields(target)[2] == "Trước"


def test_a_figure_withdrawn_meanwhile_is_409_for_a_second_withdrawal(client, target, keeper):
    targets.withdraw_target(target, reason="Trước", by=keeper)
    response = client.post(page_of(target), {"reason": "Sau", "_withdraw": "1"})
    assert response.status_code == 409
    assert MEANWHILE in seen(response)
    assert fields(target) == (Decimal("95"), False, "Trước")


def test_a_baseline_may_move_to_another_year_and_document(client, baseline):
    other = Document.objects.create(name="Báo cáo 1")
    typed = {"year": "2021", "value": "55,5", "document": other.pk, "reason": "Số liệu chính thức"}
    assert client.post(page_of(baseline), typed | {"_replace": "1"}).status_code == 302
    new = Baseline.objects.get(superseded_at=None)
    assert (new.year, new.value, new.document) == (2021, Decimal("55.5"), other)
    assert fields(baseline) == (Decimal("53.8"), False, "Số liệu chính thức")


# --- Withdrawing


def test_a_target_is_withdrawn_whatever_stands_in_its_figure(client, keeper, target):
    response = client.post(page_of(target), {"value": "chín mươi", "reason": "Bãi bỏ", "_withdraw": "1"})
    assert (response.status_code, response.url) == (302, TARGETS)
    assert fields(target) == (Decimal("95"), False, "Bãi bỏ")
    assert Target.objects.count() == 1


def test_a_baseline_is_withdrawn(client, baseline):
    assert client.post(page_of(baseline), {"reason": "Sai nguồn", "_withdraw": "1"}).status_code == 302
    assert fields(baseline) == (Decimal("53.8"), False, "Sai nguồn")


@pytest.mark.parametrize("address", [TARGETS, BASELINES])
def test_nothing_is_deleted(client, target, baseline, address):
    row = target if address == TARGETS else baseline
    assert client.get(f"{address}{row.pk}/delete/").status_code == 403
    assert client.post(f"{address}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in client.get(address).content.decode()


# --- Reading


def test_a_replaced_row_is_only_read_and_tells_who_when_and_why(client, target, keeper, clock):
    clock.set(2026, 11, 24, 9, 30)
    targets.replace_target(target, value=Decimal("96"), operator="gte", reason="Theo nghị quyết mới", by=keeper)
    page = client.get(page_of(target))
    assert 'name="value"' not in page.content.decode()
    assert 'name="_replace"' not in page.content.decode()
    assert "24/11/2026 09:30, admin" in seen(page)
    assert "Theo nghị quyết mới" in seen(page)


def test_the_history_lists_every_row_of_the_figure_newest_first(client, target, keeper):
    new = targets.replace_target(target, value=Decimal("96.5"), operator="gte", reason="Lần một", by=keeper)
    factories.indicator("XH.02")
    page = client.get(page_of(new))
    rows = page.context["history"]
    assert [(past.figure, past.row.superseded_because) for past in rows] == [("≥ 96,5%", ""), ("≥ 95%", "Lần một")]
    assert f'<a href="{page_of(target)}">≥ 95%</a>' in unescape(page.content.decode())


def listed(client: Client, address: str = TARGETS, **query) -> list[str]:
    changelist = client.get(address, query).context["cl"]
    return [changelist.model_admin.printed_value(row) for row in changelist.result_list]


def test_the_list_shows_what_holds_unless_asked_for_the_rest(client, target, keeper):
    targets.replace_target(target, value=Decimal("12500"), operator="about", reason="Mới", by=keeper)
    assert listed(client) == ["about 12.500%"]
    assert listed(client, standing="replaced") == ["≥ 95%"]
    assert sorted(listed(client, standing="all")) == ["about 12.500%", "≥ 95%"]


def test_the_list_filters_by_level_year_and_programme(client, target, indicator, plan, province, keeper):
    programme = Programme.objects.get(code="P")
    facts = {"indicator": indicator, "document": plan, "by": keeper, "operator": "lte"}
    targets.record_target(
        level="unit", unit=province.sister, year=2026, value=Decimal("5"), programme=programme, **facts
    )
    assert listed(client, level="unit") == ["≤ 5%"]
    assert listed(client, year="2030") == ["≥ 95%"]
    assert listed(client, programme__id__exact=str(programme.pk)) == ["≤ 5%"]
    assert listed(client, q="so tai chinh") == listed(client, q="Sở Tài chính") == ["≤ 5%"]


def test_the_list_of_baselines_prints_the_figure_without_an_operator(client, baseline):
    assert listed(client, BASELINES) == ["53,8%"]
    assert "Nghị quyết 09-NQ/TU (25/02/2022)" in seen(client.get(BASELINES))


def test_who_keeps_no_targets_reaches_none(province, target):
    reviewer = browser(province.verifier)
    assert reviewer.get(TARGETS).status_code == 403
    assert reviewer.post(page_of(target), {"reason": "x", "_withdraw": "1"}).status_code == 403
    assert fields(target)[1] is True


def test_who_may_only_look_sees_the_figure_and_no_button(province, target):
    reader = people.person("reader", province.root, "reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_target"))
    page = browser(reader).get(page_of(target))
    assert "≥ 95%" in seen(page)
    assert 'name="_withdraw"' not in page.content.decode()
    assert browser(reader).post(page_of(target), {"reason": "x", "_withdraw": "1"}).status_code == 403
