"""The administrators' rules: of a form in its page, of a definition in its own section."""

import pytest
from django.test import Client

from indicators import roles
from indicators.calendars import quarter
from indicators.models import Definition, FormCheck, ReportingForm, Role
from indicators.opening import open_round
from indicators.resources import IndicatorResource
from tests import factories, people
from tests.factories import Province, indicator
from tests.indicators.pages import browser, seen
from tests.indicators.resources.sheets import bring, leave, refused, types
from tests.indicators.test_admin_forms import definition_form

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def client(province: Province) -> Client:
    return browser(people.superuser())


@pytest.fixture
def form(province: Province) -> ReportingForm:
    return factories.form(province.department, holders={}, indicators=[indicator("HT.01"), indicator("HT.02")])


RULE = {"order": "1", "kind": "compare", "left": "HT.01", "comparison": "lte", "right": "HT.02"}
DEFAULTS = {"if_missing": "skip_any", "severity": "error", "sentence": "", "id": ""}


def keep(client: Client, form: ReportingForm, *rules: dict, stored: int = 0, without: str = ""):
    """Posts the page of the form with these rules; the line of `without` is taken out."""
    data = {
        "code": form.code,
        "name": form.name,
        "contact": form.contact,
        "kind": "figures",
        "calendar": "nd09",
        "frequency": "quarter",
        "opens_after": "0",
        "due_after": "2",
        "sign_off_way": "both",
        "counting_figure": "reported",
        "days_to_explain": "3",
        "units": [u.pk for u in form.units.order_by("pk")],
        "lines-TOTAL_FORMS": str(form.lines.count()),
        "lines-INITIAL_FORMS": str(form.lines.count()),
        "checks-TOTAL_FORMS": str(len(rules)),
        "checks-INITIAL_FORMS": str(stored),
        "step_holders-TOTAL_FORMS": "0",
        "step_holders-INITIAL_FORMS": "0",
    }
    for number, line in enumerate(form.lines.select_related("indicator").order_by("order", "pk")):
        row = {
            "id": line.pk,
            "form": form.pk,
            "order": line.order,
            "indicator": line.indicator_id,
            "subject_rule": line.subject_rule,
            "is_mandatory": "on",
        }
        row |= {"DELETE": "on"} if line.indicator.code == without else {}
        data |= {f"lines-{number}-{name}": value for name, value in row.items()}
    for number, rule in enumerate(rules):
        whole = DEFAULTS | {"form": form.pk} | rule
        data |= {f"checks-{number}-{name}": value for name, value in whole.items()}
    return client.post(f"/admin/indicators/reportingform/{form.pk}/change/", data)


def complaints(response) -> list[str]:
    assert response.status_code == 200
    of_fields = [[errors] if isinstance(errors, str) else errors for errors in response.context["errors"]]
    return [str(sentence) for errors in of_fields for sentence in errors]


def test_a_rule_is_kept_with_all_that_it_says(client, form):
    said = {"if_missing": "never", "severity": "warning", "sentence": "Số xã không quá 38."}
    assert keep(client, form, RULE | said | {"right": "38"}).status_code == 302
    rule = FormCheck.objects.get()
    assert (rule.form, rule.order, rule.kind, str(rule)) == (form, 1, "compare", "HT.01 ≤ 38")
    assert (rule.if_missing, rule.severity, rule.sentence) == ("never", "warning", "Số xã không quá 38.")
    page = seen(client.get(f"/admin/indicators/reportingform/{form.pk}/change/"))
    assert "Checking rules" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            {"left": "HT.01 +"},
            "“HT.01 +” cannot be read. Enter codes joined by +, for example HT.04 + HT.05.",
        ),
        ({"right": "1.250"}, '"1.250" can be read as 1,250% or 1250. Choose one.'),
        ({"right": "HT.02 + HT.02"}, "“HT.02 + HT.02” names HT.02 twice."),
        ({"left": "HT.01 + XX.99"}, "Rule “HT.01 + XX.99 ≤ HT.02”: the form has no line XX.99."),
        ({"right": "XX.98 + XX.99"}, "Rule “HT.01 ≤ XX.98 + XX.99”: the form has no line XX.98, XX.99."),
        (
            {"kind": "together", "comparison": "", "right": "5"},
            "Rule “HT.01 ↔ 5”: the form has no line 5.",
        ),
        ({"comparison": ""}, "A comparison names its sign; any other rule has none."),
        ({"kind": "exclusive"}, "A comparison names its sign; any other rule has none."),
        ({"left": ""}, "This field is required."),
    ],
)
def test_a_rule_that_could_never_be_checked_is_refused_and_nothing_is_kept(client, form, typed, sentence):
    assert complaints(keep(client, form, RULE | typed)) == [sentence]
    assert not FormCheck.objects.exists()


def test_a_row_left_as_it_is_is_no_rule(client, form):
    blank = {"order": "0", "kind": "compare", "left": "", "comparison": "", "right": ""}
    assert keep(client, form, blank).status_code == 302
    assert not FormCheck.objects.exists()


def test_a_line_that_a_rule_names_stays(client, form):
    rule = FormCheck.objects.create(form=form, left="HT.01", comparison="lte", right="HT.02")
    stored = RULE | {"id": rule.pk, "order": "0"}
    response = keep(client, form, stored, stored=1, without="HT.02")
    assert complaints(response) == ["Rule “HT.01 ≤ HT.02”: the form has no line HT.02."]
    assert form.lines.count() == 2
    assert keep(client, form, stored | {"DELETE": "on"}, stored=1, without="HT.02").status_code == 302
    assert form.lines.count() == 1


def test_lines_about_each_commune_are_not_set_beside_the_whole(client, form):
    form.lines.filter(order=1).update(subject_rule="each_commune")
    assert complaints(keep(client, form, RULE)) == [
        "Rule “HT.01 ≤ HT.02”: lines about each commune are not compared with lines about the whole."
    ]
    assert keep(client, form, RULE | {"right": "5"}).status_code == 302


def test_who_keeps_the_catalogue_keeps_its_rules(province, form):
    roles.ensure_groups()
    user = people.person("bien-tap", province.root, Role.ADMINISTRATOR, is_staff=True)
    user.groups.add(roles.group("catalogue"))
    assert keep(browser(user), form, RULE).status_code == 302
    assert FormCheck.objects.count() == 1


# --- Of a definition


def test_the_checks_of_a_definition_have_a_section_of_their_own(client, form):
    asked = Definition.objects.get(indicator__code="HT.01").indicator
    typed = definition_form(asked, never_falls="on", change_limit="12,5", outliers="modified_z")
    typed |= {"definitions-0-valid_from": "01/01/2026"}
    assert client.post(f"/admin/indicators/indicator/{asked.pk}/change/", typed).status_code == 302
    kept = asked.definitions.order_by("valid_from").last()
    assert (kept.never_falls, str(kept.change_limit.normalize()), kept.outliers) == (True, "12.5", "modified_z")
    assert "Checks of the figures" in seen(client.get(f"/admin/indicators/indicator/{asked.pk}/change/"))


def test_a_change_of_nothing_is_no_limit(client, form):
    asked = Definition.objects.get(indicator__code="HT.01").indicator
    typed = definition_form(asked, change_limit="0") | {"definitions-0-valid_from": "01/01/2026"}
    response = client.post(f"/admin/indicators/indicator/{asked.pk}/change/", typed)
    assert complaints(response) == ["The usual change is greater than 0 per cent."]


def test_the_checks_of_a_definition_in_use_are_only_shown(client, form):
    open_round(form, factories.period(quarter(2026, 4)))
    (stored,) = Definition.objects.filter(indicator__code="HT.01")
    typed = definition_form(stored.indicator, never_falls="on", change_limit="5", outliers="z") | {
        "definitions-INITIAL_FORMS": "1",
        "definitions-0-id": str(stored.pk),
    }
    address = f"/admin/indicators/indicator/{stored.indicator_id}/change/"
    assert client.post(address, typed).status_code == 302
    stored.refresh_from_db()
    assert (stored.never_falls, stored.change_limit, stored.outliers) == (False, None, "")


# --- In bulk

COLUMNS = {"code": "HT.01", "name": "Chỉ tiêu HT.01", "value_kind": "number", "direction": "up"}
COLUMNS |= {"over_units": "sum", "over_time": "stock", "valid_from": "01/01/2026", "source_kind": "department"}


def test_the_checks_come_in_and_leave_as_columns_of_the_table(form, province):
    typed = {"never_falls": "có", "change_limit": "12,5", "outliers": "min_max"}
    by = people.superuser()
    assert types(bring(IndicatorResource, [COLUMNS | typed], by=by)) == ["new"]
    kept = Definition.objects.get(indicator__code="HT.01", valid_from__year=2026)
    assert (kept.never_falls, str(kept.change_limit.normalize()), kept.outliers) == (True, "12.5", "min_max")
    (row,) = [row for row in leave(IndicatorResource, by=by) if row["valid_from"] == "01/01/2026"]
    assert [row[name] for name in typed] == ["yes", "12,5", "min_max"]


def test_the_columns_of_checks_may_be_left_out_or_empty(form, province):
    by = people.superuser()
    assert types(bring(IndicatorResource, [COLUMNS], by=by)) == ["new"]
    empty = {"never_falls": "", "change_limit": "", "outliers": ""}
    assert types(bring(IndicatorResource, [COLUMNS | empty], by=by)) == ["skip"]
    kept = Definition.objects.get(indicator__code="HT.01", valid_from__year=2026)
    assert (kept.never_falls, kept.change_limit, kept.outliers) == (False, None, "")


def test_an_unknown_method_is_refused_with_those_that_there_are(form, province):
    (sentence,) = refused(IndicatorResource, [COLUMNS | {"outliers": "t-test"}], by=people.superuser())
    assert "“t-test” is none of the choices" in sentence
    assert "min_max (Outside the least and the greatest so far)" in sentence
