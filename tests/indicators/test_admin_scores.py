"""Score frameworks in the administration: typed as one table, put in force as read, and from then on only read."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators import frameworks, roles, spreadsheet
from indicators.admin.score_items import CodeField
from indicators.models import ReportingForm, ScoreFramework, ScoreItem
from indicators.resources import FrameworkResource
from tests import factories, people
from tests.factories import framework, score_item
from tests.indicators.pages import browser, seen

pytestmark = pytest.mark.usefixtures("english")
LIST = "/admin/indicators/scoreframework/"


@pytest.fixture
def keeper(province):
    """Of the group that keeps the catalogue, and nothing else."""
    roles.ensure_groups()
    person = people.person("mai", is_staff=True)
    person.groups.add(roles.group("catalogue"))
    return person


@pytest.fixture
def client(keeper):
    return browser(keeper)


@pytest.fixture
def draft(province):
    made = framework(name="Bộ chỉ số của xã", levels="90: Dẫn đầu; 70: Khá")
    score_item(made, "1", maximum=20, order=1)
    facts = {"lead_unit": province.department, "verifying_unit": province.office, "evidence": "Quyết định"}
    score_item(made, "1.1", maximum=20, rule="ratio", indicator=factories.ratio("A.1"), order=2, **facts)
    return made


def page(name, made):
    return f"{LIST}{made.pk}/{name}/"


def typed(*items, **facts):
    """The page of a set, filled in."""
    data = {
        "code": "XA",
        "version": "1",
        "name": "Bộ chỉ số",
        "document": "",
        "first_year": "2026",
        "last_year": "",
    }
    data |= {"kinds": ["commune", "province"], "scale": "points", "decimals": "2", "levels": ""} | facts
    data |= {"items-TOTAL_FORMS": len(items), "items-INITIAL_FORMS": sum("id" in item for item in items)}
    usual = {
        "parent_code": "",
        "order": "0",
        "name": "Tên",
        "maximum": "10",
        "rule": "sum",
        "when_zero": "no_value",
    }
    for place, item in enumerate(items):
        data |= {f"items-{place}-{name}": text for name, text in {**usual, **item}.items()}
    return data


# --- Typed


def test_a_set_is_typed_with_its_parts_by_codes(client, province):
    factories.ratio("A.1")
    part = {"code": "1.1", "parent_code": "1", "rule": "ratio", "indicator": "A.1", "maximum": "12,5"}
    units = {"lead_unit": "LC-SKHCN", "verifying_unit": "LC-VPUBND"}
    answer = client.post(f"{LIST}add/", typed({"code": "1"}, part | units))
    assert answer.status_code == 302, seen(answer)
    made = ScoreFramework.objects.get()
    assert (made.kinds, made.is_in_force) == ("province commune", False)
    item = ScoreItem.objects.select_related("indicator", "lead_unit", "verifying_unit").get(code="1.1")
    assert (item.indicator.code, str(item.maximum)) == ("A.1", "12.500000")
    assert (item.lead_unit, item.verifying_unit) == (province.department, province.office)


@pytest.mark.parametrize(
    ("part", "facts", "sentence"),
    [
        ({"lead_unit": "Sở Tài chính"}, {}, "“Sở Tài chính” is no code that may be named here."),
        ({"rule": "ratio", "indicator": "A.9"}, {}, "“A.9” is no code that may be named here."),
        ({"rule": "ratio"}, {}, "A component names its indicator, a group names none."),
        ({"rule": "steps", "indicator": "A.1", "steps": "4, 20"}, {}, "“4, 20” is no step: write “4: 20; 3: 15”."),
        ({}, {"levels": "Khá"}, "“Khá” is no step: write “4: 20; 3: 15”."),
        ({}, {"kinds": []}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(client, province, part, facts, sentence):
    factories.ratio("A.1")
    answer = client.post(f"{LIST}add/", typed({"code": "1"} | part, **facts))
    assert sentence in seen(answer)
    assert ScoreFramework.objects.count() == 0


def test_a_draft_opens_as_it_was_typed_and_comes_back_unchanged(client, draft):
    shown = client.get(page("change", draft)).content.decode()
    assert re.search(r'name="items-1-indicator" value="A.1"', shown)
    assert re.search(r'name="items-1-lead_unit" value="LC-SKHCN"', shown)
    pks = draft.items.order_by("order").values_list("pk", flat=True)
    own = [{"id": pk, "framework": draft.pk, "order": n} for n, pk in enumerate(pks, 1)]
    units = {"lead_unit": "LC-SKHCN", "verifying_unit": "LC-VPUBND", "evidence": "Quyết định"}
    group = {**own[0], "code": "1", "name": "Tiêu chí 1", "maximum": "20"}
    part = {**own[1], "code": "1.1", "name": "Tiêu chí 1.1", "parent_code": "1", "rule": "ratio", "maximum": "20"}
    before = ScoreItem.history.count()
    said = {"code": "DTI", "name": draft.name, "kinds": ["commune"], "levels": draft.levels}
    answer = client.post(page("change", draft), typed(group, part | units | {"indicator": "A.1"}, **said))
    assert answer.status_code == 302, seen(answer)
    assert ScoreItem.history.count() == before


def test_thirty_parts_cost_as_many_queries_as_two_and_stay_a_small_page(client, draft):
    def cost():
        with CaptureQueriesContext(connection) as counted:
            answer = client.get(page("change", draft))
        return len(counted), len(answer.content)

    cost()
    few, _size = cost()
    for n in range(28):
        score_item(draft, f"2.{n}", parent_code="1", rule="ratio", indicator=factories.ratio(f"B.{n}"))
    many, size = cost()
    assert few == many
    assert size < 260_000


def test_an_ended_unit_is_named_with_its_end_for_its_code_may_have_passed_on(province):
    field = CodeField({"03388 (ended)": province.sister}, offered="units", required=False)
    assert field.prepare_value(province.sister.pk) == "03388 (ended)"
    assert not field.has_changed(province.sister.pk, "03388 (ended)")
    assert field.clean("") is None


def test_a_set_leaves_as_a_table_and_is_read_again(client, draft):
    answer = client.post(f"{LIST}export/", {"format": "1", "resource": "0", **exported()})
    assert answer["Content-Type"] == spreadsheet.XLSX
    upload = SimpleUploadedFile("set.xlsx", answer.content)
    shown = client.post(f"{LIST}import/", {"file": upload})
    assert shown.context["preview"].unchanged == 2, seen(shown)
    assert shown.context["preview"].sentences == []


def exported():
    """Every column ticked."""
    return {f"frameworkresource_{name}": "on" for name in FrameworkResource.labels}


# --- Put in force


def test_what_is_missing_is_listed_and_there_is_no_button(client, draft):
    draft.items.filter(code="1.1").update(maximum=5)
    sentence = "The parts of 1 come to 5 points, of 20."
    assert sentence in seen(client.get(page("change", draft)))
    shown = client.get(page("read", draft))
    assert sentence in seen(shown)
    assert 'name="read"' not in shown.content.decode()
    answer = client.post(page("read", draft), {"read": frameworks.fingerprint(draft)})
    assert (answer.status_code, sentence in seen(answer)) == (409, True)


def test_it_is_put_in_force_as_it_was_read_and_once(client, draft):
    read = client.get(page("read", draft)).context["read"]
    answer = client.post(page("read", draft), {"read": read}, follow=True)
    assert "The set is in force: Bộ chỉ số của xã." in seen(answer)
    again = client.post(page("read", draft), {"read": read})
    assert (again.status_code, "The set is in force already." in seen(again)) == (409, True)


def test_what_changed_since_it_was_read_is_not_put_in_force(client, draft):
    read = client.get(page("read", draft)).context["read"]
    draft.items.filter(code="1.1").update(maximum=25)
    answer = client.post(page("read", draft), {"read": read})
    assert answer.status_code == 409
    assert "The set changed after this page was opened." in seen(answer)
    assert not ScoreFramework.objects.get().is_in_force


# --- In force


@pytest.fixture
def in_force(draft):
    frameworks.issue(draft)
    draft.refresh_from_db()
    return draft


def test_a_set_in_force_is_read_and_only_its_switch_is_turned(client, in_force):
    shown = client.get(page("change", in_force))
    assert "The set is in force and is only read" in seen(shown)
    inputs = set(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', shown.content.decode()))
    assert inputs & {"name", "code", "levels", "is_ranked", "kinds"} == {"is_ranked"}
    assert "Commune, ward or township" in seen(shown)
    answer = client.post(page("change", in_force), {"is_ranked": "on"})
    assert answer.status_code == 302, seen(answer)
    in_force.refresh_from_db()
    assert in_force.is_ranked
    assert "Units are ranked by it: No → Yes" in seen(client.get(page("history", in_force)))


def test_the_page_of_a_draft_sent_after_it_was_put_in_force_is_answered_409(client, in_force):
    answer = client.post(page("change", in_force), typed(name="Khác"))
    assert answer.status_code == 409
    assert "in force and is only read; another version" in seen(answer)
    assert ScoreFramework.objects.get().name == "Bộ chỉ số của xã"


def test_another_version_is_made_by_a_button(client, in_force):
    answer = client.post(page("next", in_force), follow=True)
    assert "Version 2 was made as a draft, from 2027 on." in seen(answer)
    assert ScoreItem.objects.filter(framework__version=2).count() == 2
    assert client.get(page("next", in_force)).status_code == 302


def test_it_is_deleted_by_nobody_and_a_draft_by_who_may(in_force):
    client = browser(people.superuser())
    assert client.post(page("delete", in_force), {"post": "yes"}).status_code == 403
    other = framework("KHAC")
    assert client.post(page("delete", other), {"post": "yes"}).status_code == 302
    assert list(ScoreFramework.objects.order_by("pk")) == [in_force]


# --- Forms


def test_forms_are_made_from_it(client, in_force):
    said = {"code": "20/CĐS", "name": "Báo cáo chấm điểm", "contact": "0213 000 000"}
    shown = client.get(page("collect", in_force))
    assert "A.1 is reported by a kind of unit that the set does not score." in seen(shown)
    barred = client.post(page("collect", in_force), said)
    assert (barred.status_code, "No indicator of the set can be asked for" in seen(barred)) == (409, True)
    in_force.items.get(code="1.1").indicator.definitions.update(source_kind="commune")
    answer = client.post(page("collect", in_force), said, follow=True)
    assert "1 form was made: 20/CĐS. Name who verifies" in seen(answer)
    assert ReportingForm.objects.get().lines.count() == 1
    again = client.post(page("collect", in_force), said)
    assert "Reporting form with this Form code already exists." in seen(again)


# --- Who


@pytest.mark.parametrize("name", ["change", "read", "next", "collect"])
def test_it_is_for_those_who_keep_the_catalogue(province, draft, name):
    for stranger in (province.verifier, province.approver):
        stranger.is_staff = True
        stranger.save()
        client = browser(stranger)
        assert client.get(page(name, draft)).status_code == 403
        assert client.post(page(name, draft), {"read": frameworks.fingerprint(draft)}).status_code == 403
    assert not ScoreFramework.objects.get().is_in_force


def test_a_set_that_there_is_none_of_is_not_found(client):
    for name in ("change", "read", "next", "collect"):
        assert client.get(f"{LIST}777/{name}/").status_code == 404
