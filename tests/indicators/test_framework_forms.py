"""Reporting forms from a score framework: who reports what about whom, and what is left to a form made by hand."""

import pytest

from indicators import framework_forms, frameworks
from indicators.models import ReportingForm
from indicators.refusals import Refused
from tests import factories
from tests.factories import framework, score_item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
SAID = {"code": "20/CĐS", "name": "Chấm điểm xã, phường", "contact": "0213 000 000"}


@pytest.fixture
def scored(province):
    """Two components of the communes, one of them over the same denominator, and one that a department gives."""
    factories.unit("Phường Đoàn Kết", "commune", code="03388", parent=province.root)
    factories.unit("Xã Mù Cả", "commune", code="03451", parent=province.root)
    mine = [factories.indicator(code, source_kind="commune") for code in ("A.1", "A.2", "A.3")]
    given = factories.indicator("B.1", source_unit=province.sister, over_units="none")
    made = framework()
    facts = {"parent_code": "", "verifying_unit": province.office}
    score_item(made, "1", rule="ratio", indicator=mine[0], base_indicator=mine[2], evidence="Quyết định", **facts)
    score_item(made, "2", rule="ratio", indicator=mine[1], base_indicator=mine[2], **facts)
    score_item(made, "3", rule="given", indicator=given, **facts)
    return made


def lines(form):
    rows = form.lines.order_by("order").values_list("indicator__code", "subject_rule", "asks_evidence")
    return list(rows)


def test_scored_units_report_what_is_theirs_and_a_lead_unit_about_each_commune(scored, province):
    frameworks.issue(scored)
    scored.refresh_from_db()
    own, given = framework_forms.make(scored, **SAID)
    assert lines(own) == [("A.1", "self", True), ("A.3", "self", False), ("A.2", "self", False)]
    assert list(own.units.order_by("codes__code").values_list("codes__code", flat=True)) == ["03388", "03451"]
    assert (given.code, lines(given)) == ("20/CĐS-2", [("B.1", "each_commune", False)])
    assert list(given.units.order_by("pk")) == [province.sister]
    assert {(form.frequency, form.counting_figure, form.asks_publication) for form in (own, given)} == {
        ("year", "assessed", True)
    }


def test_who_verifies_is_taken_from_the_parts_where_they_agree(scored, province):
    frameworks.issue(scored)
    scored.refresh_from_db()
    own, _given = framework_forms.make(scored, **SAID)
    assert list(own.step_holders.order_by("pk").values_list("step", "holder")) == [("verify", province.office.pk)]


def test_where_they_differ_nobody_is_named(scored, province):
    scored.items.filter(code="2").update(verifying_unit=province.department)
    frameworks.issue(scored)
    scored.refresh_from_db()
    own, _given = framework_forms.make(scored, **SAID)
    assert not own.step_holders.exists()


def test_a_plan_is_read_in_two_queries(scored, django_assert_num_queries):
    with django_assert_num_queries(2):
        framework_forms.plan(scored)


def test_no_form_asks_one_department_about_another(province):
    made = framework(kinds="department")
    given = factories.indicator("B.1", source_unit=province.sister, over_units="none")
    score_item(made, "1", rule="given", indicator=given, parent_code="")
    score_item(made, "2", rule="given", parent_code="", indicator=factories.indicator("C.1", source_kind="company"))
    found = framework_forms.plan(made)
    assert found.forms == []
    assert found.left_out == [
        "B.1 is reported by another unit, which cannot be asked about each scored unit.",
        "C.1 is reported by a kind of unit that the set does not score.",
    ]


def test_a_set_of_the_province_is_asked_of_the_unit_that_gives_its_figures(province):
    made = framework(kinds="province")
    given = factories.indicator("B.1", source_unit=province.sister, over_units="none")
    score_item(made, "1", rule="given", indicator=given, parent_code="")
    frameworks.issue(made)
    made.refresh_from_db()
    (form,) = framework_forms.make(made, **SAID)
    assert (form.code, lines(form)) == ("20/CĐS", [("B.1", "province", False)])
    assert list(form.units.order_by("pk")) == [province.sister]


def test_a_draft_gives_no_form(scored):
    with pytest.raises(Refused, match="Put the set in force first"):
        framework_forms.make(scored, **SAID)


def test_a_code_that_is_taken_is_named_and_nothing_is_made(scored):
    frameworks.issue(scored)
    scored.refresh_from_db()
    ReportingForm.objects.create(code="20/CĐS-2", name="x", contact="x")
    with pytest.raises(Refused, match="There is a form 20/CĐS-2 already"):
        framework_forms.make(scored, **SAID)
    assert ReportingForm.objects.count() == 1
