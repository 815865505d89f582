"""Every list of the admin costs as many queries for three rows as for one, is searched, and sorts by each column.

The models come from the registry: an admin that is registered without a row maker here fails the suite.
"""

from collections.abc import Callable
from datetime import date

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.calendars import quarter_of
from indicators.clock import now
from indicators.models import (
    BaseFigure,
    Baseline,
    Digest,
    Document,
    Download,
    Indicator,
    IndicatorGroup,
    LegalAct,
    LoginEvent,
    Membership,
    Observation,
    Period,
    Programme,
    Publication,
    PublicPage,
    ReferenceFigure,
    Register,
    ReportingForm,
    Round,
    ScoreFramework,
    Seal,
    SpecialDay,
    Submission,
    Target,
    Task,
    Unit,
    User,
)
from tests import factories, people, tasks
from tests.factories import Province, cell
from tests.indicators.pages import browser
from tests.indicators.test_admin_scope import keeper

REGISTERED = sorted(admin.site._registry, key=lambda model: model.__name__)
FOREIGN = {"ip_address": "127.0.0.1", "user_agent": "x", "username": "x", "path_info": "/"}


def approved(province: Province, n: int) -> Submission:
    report = province.submission(factories.indicator(f"A.{n}"))
    factories.type_in(report, cell("1"), by=province.reporter)
    return province.walk(report, "submit", "sign", "verify", "approve")


def published(province: Province, n: int) -> Publication:
    asked = province.round(factories.indicator(f"C.{n}"), asks_sign_off=False, asks_publication=True)
    report = factories.type_in(asked.submissions.get(), cell("1"), by=province.reporter)
    province.walk(report, "submit", "verify", "approve")
    return factories.publish(asked, by=province.publisher)


def recorded(n: int) -> dict[str, object]:
    document = Document.objects.create(name=f"Quyết định {n}")
    return {"indicator": factories.indicator(f"B.{n}"), "year": 2030, "value": n, "document": document}


def base_figure(unit: Unit, n: int) -> BaseFigure:
    document = Document.objects.create(name=f"Quyết định {n}")
    facts = {"kind": "households", "day": date(2020 + n, 1, 1), "value": n, "source": "Cục Thống kê"}
    return BaseFigure.objects.create(unit=unit, document=document, **facts)


def downloaded(province: Province, n: int) -> Download:
    report = province.submission(factories.indicator(f"D.{n}"))
    facts = {"number": n, "name": f"{n}.pdf", "sha256": "0" * 64, "by": province.verifier}
    return Download.objects.create(submission=report, **facts)


MAKERS: dict[type, Callable[[Province, int], object]] = {
    AccessAttempt: lambda _p, n: AccessAttempt.objects.create(
        **FOREIGN | {"username": f"x{n}"}, failures_since_start=1
    ),
    BaseFigure: lambda p, n: base_figure(p.sister, n),
    Baseline: lambda _p, n: Baseline.objects.create(**recorded(n)),
    Digest: lambda p, n: Digest.objects.create(user=p.reporter, number=n, address="a@b.vn", tried_at=now()),
    Document: lambda _p, n: Document.objects.create(name=f"Quyết định {n}"),
    Download: downloaded,
    Group: lambda _p, n: Group.objects.create(name=f"Nhóm {n}"),
    Indicator: lambda p, n: factories.indicator(f"I.{n}", lead_unit=p.sister),
    LegalAct: lambda _p, n: LegalAct.objects.create(title=f"Sắp xếp {n}", effective_on=date(2020 + n, 1, 1)),
    LoginEvent: lambda _p, n: LoginEvent.objects.create(act="login", username=f"x{n}"),
    IndicatorGroup: lambda _p, n: IndicatorGroup.objects.create(code=f"G{n}", name="Nhóm"),
    Membership: lambda p, n: people.person(f"member {n}", p.department, "reader"),
    Observation: approved,
    Period: lambda _p, n: factories.period(quarter_of(date(2001 + n, 1, 1))),
    Programme: lambda _p, n: Programme.objects.create(code=f"P{n}", name="Chương trình"),
    Publication: published,
    PublicPage: lambda _p, n: PublicPage.objects.create(
        programme=Programme.objects.create(code=f"PP{n}", name="Chương trình")
    ),
    ReferenceFigure: lambda _p, n: ReferenceFigure.objects.create(**recorded(n), place=f"Tỉnh {n}"),
    Register: lambda _p, n: Register.objects.create(code=f"list-{n}", name=f"Danh mục {n}", kind="databases"),
    ReportingForm: lambda p, n: factories.form(p.department, p.sister, holders={"approve": p.root}, indicators=[]),
    Round: lambda p, n: p.round(factories.indicator(f"R.{n}"), units=[p.department, p.sister]),
    ScoreFramework: lambda _p, n: factories.framework(f"DTI-{n}"),
    Seal: lambda _p, n: Seal.objects.create(number=n, day=date(2026, 1, n), at=now(), heads=0, hash=f"{n}" * 64),
    SpecialDay: lambda _p, n: SpecialDay.objects.create(day=date(2026, 1, 1 + n), kind="holiday", name="Nghỉ lễ"),
    Submission: approved,
    Target: lambda p, n: Target.objects.create(**recorded(n), unit=p.sister, level="unit", operator="gte"),
    Task: lambda p, n: tasks.task(p, f"NV.{n}"),
    Unit: lambda p, n: factories.unit(f"Trung tâm {n}", code=f"TT-{n}", parent=p.department),
    User: lambda p, n: people.person(f"person {n}", p.department, "signer"),
}


def listed(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.fixture
def client(province: Province) -> Client:
    return browser(people.superuser())


def test_every_registered_model_has_a_row_maker() -> None:
    assert [model.__name__ for model in REGISTERED if model not in MAKERS] == []


def price(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as counted:
        assert client.get(path).status_code == 200, path
    return len(counted)


def grows(client: Client, province: Province, model, path: str) -> list[int]:
    """What the list costs after one row more, and after three."""
    MAKERS[model](province, 1)
    client.get(path)  # content types are read once a process
    one, before = price(client, path), model.objects.count()
    for n in (2, 3):
        MAKERS[model](province, n)
    assert model.objects.count() >= before + 2
    return [one, price(client, path)]


@pytest.mark.parametrize("query", ["", "?q=1", "?q=khong-co-gi"], ids=["all", "search", "nothing found"])
@pytest.mark.parametrize("model", REGISTERED, ids=lambda m: m.__name__)
def test_a_list_of_three_costs_what_a_list_of_one_costs(client, province, model, query):
    one, three = grows(client, province, model, listed(model) + query)
    assert one == three


@pytest.mark.parametrize("model", [Unit, User, Membership], ids=lambda m: m.__name__)
def test_so_does_the_list_of_an_administrator_of_one_unit(province, model):
    client = browser(keeper("unit-admin", province.department, "unit"))
    one, three = grows(client, province, model, listed(model))
    assert one == three


@pytest.mark.parametrize("model", REGISTERED, ids=lambda m: m.__name__)
def test_a_list_sorts_by_each_column_both_ways(client, province, model):
    for n in (1, 2, 3):
        MAKERS[model](province, n)
    shown = client.get(listed(model)).context["cl"]
    for number, _column in enumerate(shown.list_display):
        orders = [
            [row.pk for row in client.get(f"{listed(model)}?o={sign}{number}").context["cl"].result_list]
            for sign in ("", "-")
        ]
        assert sorted(orders[0]) == sorted(orders[1]) == sorted(row.pk for row in shown.result_list)


@pytest.mark.parametrize("model", REGISTERED, ids=lambda m: m.__name__)
def test_a_list_opens_with_each_choice_of_each_filter(client, province, model):
    for n in (1, 2):
        MAKERS[model](province, n)
    shown = client.get(listed(model)).context["cl"]
    choices = [choice for spec in shown.filter_specs for choice in spec.choices(shown)]
    queries = [choice["query_string"] for choice in choices if "query_string" in choice]
    assert {query: client.get(listed(model) + query).status_code for query in queries} == dict.fromkeys(
        queries, 200
    )
