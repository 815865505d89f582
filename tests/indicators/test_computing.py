"""Formulas as administrators write them: on the page of an indicator, in a table, and what is said against them."""

from datetime import date, timedelta

import pytest
from django.test import Client

from indicators import clock, computing
from indicators.models import Definition, Indicator, Register
from indicators.resources import IndicatorResource
from tests import lists, people
from tests.factories import Province, indicator
from tests.indicators.pages import browser, seen
from tests.indicators.resources.sheets import bring, leave, refused, types
from tests.indicators.test_admin_checks import COLUMNS, complaints
from tests.indicators.test_admin_forms import definition_form

pytestmark = pytest.mark.usefixtures("english")
OF_FORMULA = {"source_kind": "", "over_units": "none"}


@pytest.fixture
def client(province: Province) -> Client:
    return browser(people.superuser())


@pytest.fixture
def figures(db: None) -> None:
    indicator("HT.01")
    indicator("HT.02")
    indicator("VB.01", value_kind="text", source_kind="", unit_of_measure="")


def formula(code: str, text: str, **facts) -> Indicator:
    return indicator(code, formula=text, **OF_FORMULA, **facts)


REFUSED = [
    ("HT.01 +", "The formula ends after character 7"),
    ("TM.01 + 1", "The formula of TM.01 asks for itself."),
    ("HT.01 + XX.01 + YY.01", "There is no indicator with the code XX.01, YY.01."),
    ("count(UNG-DUNG)", 'There is no register with the code "UNG-DUNG". There are: NEN-TANG.'),
    ("count(NEN-TANG; colour = red)", 'A register has no column "colour" to count by. There are: code, audience'),
    ("count(NEN-TANG; LGSP = maybe)", '"maybe" is nothing that the column LGSP may hold. There are: yes, no.'),
    ("count(NEN-TANG; status = live)", "There are: planned, trial, in_use, stopped."),
    ("count(NEN-TANG; LGSP = yes; via_lgsp = no)", "One count asks for the column via_lgsp twice."),
    ("count(NEN-TANG; code ≠ A01)", "A code is asked for with =, not with ≠."),
    ("count(NEN-TANG; kind = CSDL)", 'No approved row of NEN-TANG ever had "CSDL" as its kind.'),
    ("count(NEN-TANG; kind ≠ CSDL)", 'No approved row of NEN-TANG ever had "CSDL" as its kind.'),
    ("VB.01 + 1", "Nothing can be computed from a text: VB.01."),
    ("AA.01 + 1", "The formulas run in a circle: TM.01 → AA.01 → BB.01 → TM.01."),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_cannot_be_a_formula_is_refused_in_words(figures: None, text: str, said: str) -> None:
    formula("TM.01", "HT.01")
    formula("AA.01", "BB.01")
    formula("BB.01", "TM.01")
    lists.register()
    assert said in computing.refusal(text, code="TM.01", valid_from=date(1900, 1, 1))


def test_formulas_that_never_hold_together_run_in_no_circle(figures: None) -> None:
    late, end = date(2026, 1, 1), date(2025, 1, 1)
    formula("AA.01", "TM.01")
    Definition.objects.create(
        indicator=Indicator.objects.get(code="AA.01"),
        valid_from=end,
        value_kind="number",
        direction="up",
        over_units="sum",
        over_time="stock",
        source_kind="department",
    )
    formula("TM.01", "HT.01")
    assert computing.refusal("AA.01", code="TM.01", valid_from=late) == ""
    assert "circle" in computing.refusal("AA.01", code="TM.01", valid_from=date(2024, 1, 1))


def page(client: Client, asked: Indicator, **typed: str):
    data = definition_form(asked, **OF_FORMULA | typed) | {"definitions-0-valid_from": "01/01/2026"}
    return client.post(f"/admin/indicators/indicator/{asked.pk}/change/", data)


def test_a_formula_is_kept_on_the_page_of_its_indicator(client: Client, figures: None) -> None:
    asked = indicator("TM.01")
    assert page(client, asked, formula="HT.01 ÷ HT.02 × 100").status_code == 302
    assert asked.definitions.get(valid_from=date(2026, 1, 1)).formula == "HT.01 ÷ HT.02 × 100"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"formula": "TM.01 + 1"}, "The formula of TM.01 asks for itself."),
        ({"formula": "HT.01", "source_kind": "department"}, "Name one contributing source"),
        ({"formula": "HT.01", "over_units": "sum"}, "A formula gives a number and is evaluated anew"),
        ({"formula": "HT.01", "over_time": "flow"}, "A formula gives a number and is evaluated anew"),
        ({"formula": ""}, "Name one contributing source"),
    ],
)
def test_the_page_says_what_is_wrong_and_keeps_nothing(client: Client, figures: None, typed, said: str) -> None:
    asked = indicator("TM.01")
    (complaint,) = complaints(page(client, asked, **typed))
    assert said in complaint
    assert asked.definitions.count() == 1


def test_a_formula_is_only_shown_once_a_round_opened_with_it(
    client: Client, province, figures: None, monkeypatch
) -> None:
    asked = Indicator.objects.get(code="HT.01")
    province.round(asked)
    computed = formula("TM.01", "HT.01 × 2")
    address = f"/admin/indicators/indicator/{computed.pk}/change/"
    assert not computing.is_in_use(computed.definitions.get())
    assert not computing.is_in_use(Definition(indicator=asked, formula=""))
    province.round(Indicator.objects.get(code="HT.02"))
    assert not computing.is_in_use(computed.definitions.get())
    Definition.objects.filter(indicator=computed).update(recorded_at=clock.now() - timedelta(days=1))
    assert computing.is_in_use(computed.definitions.get())
    assert "A round opened with this definition, so it is only shown." in seen(client.get(address))


def test_an_indicator_that_a_formula_asks_for_keeps_its_code_and_stays(client: Client, figures: None) -> None:
    formula("TM.01", "HT.01 × 2")
    asked, other = (Indicator.objects.get(code=code) for code in ("HT.01", "HT.02"))
    address = f"/admin/indicators/indicator/{asked.pk}/"
    said = complaints(client.post(f"{address}change/", definition_form(asked) | {"code": "HT.1"}))
    assert "The code HT.01 stands in the formula of TM.01; change that first." in said
    assert client.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"/admin/indicators/indicator/{other.pk}/delete/").status_code == 200


class TestOfWhatIsCounted:
    def test_a_count_is_kept_on_the_page_of_its_indicator(self, client: Client, figures: None) -> None:
        lists.register()
        asked = indicator("TM.01")
        typed = "count(NEN-TANG; LGSP = có) ÷ count(NEN-TANG) × 100"
        assert page(client, asked, formula=typed).status_code == 302
        assert asked.definitions.get(valid_from=date(2026, 1, 1)).formula == typed
        assert complaints(page(client, indicator("TM.02"), formula="count(CSDL)"))

    def test_a_register_that_a_formula_counts_in_keeps_its_code(self, client: Client, figures: None) -> None:
        kept, other = lists.register(), lists.register("CSDL")
        formula("TM.01", "HT.01 + count(NEN-TANG)")
        for register, code in ((kept, "NEN-TANG-2"), (other, "CSDL-2")):
            data = {"code": code, "name": register.name, "kind": register.kind}
            client.post(f"/admin/indicators/register/{register.pk}/change/", data)
        assert list(Register.objects.order_by("code").values_list("code", flat=True)) == ["CSDL-2", "NEN-TANG"]
        said = complaints(client.post(f"/admin/indicators/register/{kept.pk}/change/", data))
        assert "The code NEN-TANG stands in the formula of TM.01; change that first." in said

    def test_a_formula_is_only_shown_once_its_list_was_asked_for(
        self, province: Province, figures: None, django_assert_num_queries
    ) -> None:
        kept = lists.register()
        computed = formula("TM.01", "count(NEN-TANG)").definitions.get()
        Definition.objects.filter(pk=computed.pk).update(recorded_at=clock.now() - timedelta(days=1))
        computed.refresh_from_db()
        assert not computing.is_in_use(computed)
        lists.submission(province, lists.list_form(province, kept))
        with django_assert_num_queries(1):
            assert computing.is_in_use(computed)


class TestInATable:
    ROW = COLUMNS | {"code": "TM.01", "name": "Tỷ lệ", "over_units": "none", "source_kind": ""}

    def test_a_formula_comes_in_and_leaves(self, province: Province, figures: None) -> None:
        by = people.superuser()
        assert types(bring(IndicatorResource, [self.ROW | {"formula": "HT.01 / HT.02"}], by=by)) == ["new"]
        (row,) = [row for row in leave(IndicatorResource, by=by) if row["code"] == "TM.01"]
        assert row["formula"] == "HT.01 / HT.02"

    def test_it_may_ask_for_an_indicator_that_the_same_table_brings(self, province: Province) -> None:
        sheet = [self.ROW | {"formula": "ZZ.01 × 2"}, COLUMNS | {"code": "ZZ.01", "name": "Z", "formula": ""}]
        assert types(bring(IndicatorResource, sheet, by=people.superuser())) == ["new"] * 2

    def test_what_is_wrong_is_said_of_its_row(self, province: Province, figures: None) -> None:
        (sentence,) = refused(IndicatorResource, [self.ROW | {"formula": "XX.01"}], by=people.superuser())
        assert "There is no indicator with the code XX.01." in sentence
