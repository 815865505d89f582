"""The canary: what belongs to another unit shows on no page of the admin, whichever model a page belongs to.

The crawl walks over the registry and over each admin's own addresses, so that a new admin or a new page is covered
the day it appears; the control walks the same way as the province's administrator and does find the canary.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import ForeignKey, ManyToManyField
from django.test import Client
from django.urls import NoReverseMatch, reverse

from indicators.models import Document, Membership, Observation, Submission, Target, Unit, UnitAlias, User
from indicators.roles import ensure_groups, group
from tests import factories, people
from tests.factories import Province, cell
from tests.indicators.pages import browser

CANARY = b"CANARY"  # names are written so; searches ask for "canary", which a page may repeat
SCOPED = (Unit, User, Membership)


@dataclass
class Cage:
    """Another unit with everything that could leak, and one account that works for both units."""

    unit: Unit
    account: User
    membership: Membership
    submission: Submission
    target: Target
    shared: User


@pytest.fixture
def cage(province: Province) -> Cage:
    unit = factories.unit("CANARY Sở", code="CANARY-01", parent=province.root)
    UnitAlias.objects.create(unit=unit, name="CANARY tên khác")
    account = people.person("CANARY", position="CANARY chức vụ", telephone="CANARY 1")
    membership = Membership.objects.create(user=account, unit=unit, role="reporter")
    membership.role = "signer"
    membership.save()
    Membership.objects.create(user=account, unit=unit, role="reporter")
    shared = people.person("shared", province.department, "reporter")
    Membership.objects.create(user=shared, unit=unit, role="reader")
    remember(account, account)
    report = approved_report(province, unit, account)
    return Cage(unit, account, membership, report, target(unit, report), shared)


def remember(account: User, by: User) -> None:
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=by, content_type=kind, object_id=str(account.pk), object_repr="CANARY", action_flag=CHANGE
    )


def approved_report(province: Province, unit: Unit, reporter: User) -> Submission:
    asked = province.round(factories.indicator("HT.01"), units=[unit], asks_sign_off=False)
    report = factories.type_in(asked.submissions.get(), cell("1", note="CANARY giải trình"), by=reporter)
    return province.walk(report, "submit", "verify", "approve", reporter=reporter)


def target(unit: Unit, report: Submission) -> Target:
    document = Document.objects.create(name="Quyết định 1")
    indicator = report.round.lines.get().indicator
    facts = {"year": 2026, "value": 1, "level": "unit", "operator": "gte"}
    return Target.objects.create(indicator=indicator, unit=unit, document=document, **facts)


def keeper(name: str, unit: Unit, *codes: str) -> User:
    ensure_groups()
    user = people.person(name, unit, "administrator", is_staff=True)
    user.groups.set([group(code) for code in codes])
    return user


@pytest.fixture
def unit_admin(province: Province) -> Client:
    return browser(keeper("unit-admin", province.department, "unit"))


@pytest.fixture
def province_admin(province: Province) -> Client:
    return browser(keeper("province-admin", province.root, "province"))


def crawl(client: Client) -> Iterator[tuple[str, bytes]]:
    """Every page of the admin that the client reaches: (address, content)."""
    for path in ("/admin/", "/admin/indicators/", *autocompletes()):
        yield path, client.get(path).content
    for model_admin in admin.site._registry.values():
        yield from crawl_model(client, model_admin)


def crawl_model(client: Client, model_admin) -> Iterator[tuple[str, bytes]]:
    names = [pattern.name for pattern in model_admin.get_urls() if pattern.name]
    for path in filter(None, (address(name) for name in names)):
        yield path, client.get(path).content
    if path := next((path for name in names if name.endswith("_export") and (path := address(name))), ""):
        yield f"{path} (posted)", exported(client, path)
    listed = client.get(address(names_of(model_admin, "changelist")))
    if listed.status_code != 200:
        return
    for query in ("?q=canary", *filters(listed.context["cl"])):
        path = listed.request["PATH_INFO"] + query
        yield path, client.get(path, follow=True).content
    for row in listed.context["cl"].result_list:
        for path in filter(None, (address(name, row.pk) for name in names)):
            yield path, client.get(path, follow=True).content


def names_of(model_admin, page: str) -> str:
    return f"{model_admin.opts.app_label}_{model_admin.opts.model_name}_{page}"


def address(name: str, *args: object) -> str:
    """Empty where a page wants other arguments than these."""
    try:
        return reverse(f"admin:{name}", args=args)
    except NoReverseMatch:
        return ""


def filters(changelist) -> list[str]:
    return [
        choice["query_string"]
        for spec in changelist.filter_specs
        for choice in spec.choices(changelist)
        if "query_string" in choice
    ]


def exported(client: Client, path: str) -> bytes:
    page = client.get(path)
    if page.status_code != 200:
        return page.content
    chosen = {name: "on" for name in page.context["form"].fields if "resource_" in name}
    return client.post(path, {"format": "0", "resource": "0", **chosen}).content


def autocompletes() -> list[str]:
    asked = "/admin/autocomplete/?term=canary&app_label=indicators&model_name={}&field_name={}"
    return [
        asked.format(model._meta.model_name, field.name)
        for model in apps.get_app_config("indicators").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | ManyToManyField) and field.related_model in admin.site._registry
    ]


def test_no_page_of_the_administrator_of_one_unit_shows_another(cage, unit_admin):
    seen = dict(crawl(unit_admin))
    assert [path for path, content in seen.items() if CANARY in content] == []
    assert len([path for path in seen if "/change/" in path]) > len(SCOPED)


def test_the_same_pages_show_it_to_the_administrator_of_the_province(cage, province_admin):
    seen = {path for path, content in crawl(province_admin) if CANARY in content}
    for model in SCOPED:
        listed = address(names_of(admin.site._registry[model], "changelist"))
        assert {listed, f"{listed}?q=canary"} <= seen
        assert [path for path in seen if path.startswith(listed) and "/change/" in path]
    assert [path for path in seen if "?role=" in path]
    assert [path for path in seen if "autocomplete" in path and "field_name=unit" in path]
    assert [path for path in seen if "autocomplete" in path and "field_name=user" in path]
    assert "/admin/indicators/observation/export/ (posted)" in seen


def foreign_pages(cage: Cage) -> dict[str, int]:
    """Pages of what is not the asking person's, with what the administrator of the unit is answered."""
    past = cage.membership.history.order_by("history_id").first()
    account, membership, unit = (
        f"/admin/indicators/{model._meta.model_name}/{row.pk}/"
        for model, row in ((User, cage.account), (Membership, cage.membership), (Unit, cage.unit))
    )
    report, figure, aim = (
        f"/admin/indicators/{model._meta.model_name}/{pk}/change/"
        for model, pk in (
            (Submission, cage.submission.pk),
            (Observation, cage.submission.observations.get().pk),
            (Target, cage.target.pk),
        )
    )
    scoped = [
        *(f"{account}{page}/" for page in ("change", "history", "password")),
        *(f"{membership}{page}/" for page in ("change", "history", f"history/{past.pk}")),
        *(f"{unit}{page}/" for page in ("change", "history")),
        report,
    ]
    is_listed = Target in admin.site._registry
    return dict.fromkeys(scoped, 404) | {figure: 403} | ({aim: 403} if is_listed else {})


def test_what_belongs_to_another_unit_is_not_there(cage, unit_admin):
    expected = foreign_pages(cage)
    got = {path: unit_admin.get(path) for path in expected}
    assert {path: answer.status_code for path, answer in got.items()} == expected
    assert [path for path, answer in got.items() if CANARY in answer.content] == []
    posted = {path: unit_admin.post(path, {"full_name": "x", "role": "reader"}) for path in expected}
    assert {path: answer.status_code for path, answer in posted.items()} == expected
    cage.account.refresh_from_db()
    assert cage.account.full_name == "CANARY"


def test_the_deletion_of_what_belongs_to_another_unit_is_not_offered(cage, unit_admin):
    for model, row in ((User, cage.account), (Membership, cage.membership), (Unit, cage.unit)):
        path = address(names_of(admin.site._registry[model], "delete"), row.pk)
        assert unit_admin.get(path).status_code in (403, 404)
        assert unit_admin.post(path, {"post": "yes"}).status_code in (403, 404)
        assert model.objects.filter(pk=row.pk).exists()


def test_the_administrator_of_the_province_opens_the_pages_of_both(cage, province_admin):
    pages = [path for path in foreign_pages(cage) if "/submission/" not in path]
    assert {path: province_admin.get(path).status_code for path in pages} == dict.fromkeys(pages, 200)


def test_the_history_of_a_deleted_row_is_read_by_who_sees_everything(cage, unit_admin, province_admin):
    past = cage.membership.history.order_by("history_id").first()
    pages = [f"/admin/indicators/membership/{cage.membership.pk}/history/{rest}" for rest in ("", f"{past.pk}/")]
    cage.membership.delete()
    assert [unit_admin.get(path).status_code for path in pages] == [404, 404]
    assert [province_admin.get(path).status_code for path in pages] == [200, 200]


def test_what_is_no_number_is_not_there(unit_admin, province_admin):
    for client in (unit_admin, province_admin):
        for page in ("user/CANARY/change/", "membership/CANARY/history/", "unit/0/history/", "user/0/password/"):
            assert client.get(f"/admin/indicators/{page}").status_code == 404


def test_an_account_of_two_units_shows_what_it_does_for_mine(province, cage, unit_admin):
    page = unit_admin.get(f"/admin/indicators/user/{cage.shared.pk}/change/")
    (rows,) = page.context["inline_admin_formsets"]
    units = [form.instance.unit_id for form in rows.formset.forms]
    assert (page.status_code, units) == (200, [province.department.pk])
    assert "Sở Khoa học và Công nghệ" in page.content.decode()


def test_a_filter_by_role_does_not_tell_what_an_account_does_elsewhere(cage, unit_admin, province_admin):
    def found(client: Client, **asked: str) -> list[str]:
        rows = client.get("/admin/indicators/user/", asked).context["cl"].result_list
        return [row.username for row in rows if row.pk == cage.shared.pk]

    assert found(unit_admin, role="reporter") == ["shared"]
    assert found(unit_admin, role="reader") == []
    assert found(province_admin, role="reader") == ["shared"]


def test_the_unit_below_is_in_sight_and_the_unit_above_is_not(province, unit_admin):
    below = factories.unit("Trung tâm", parent=province.department)
    rows = unit_admin.get("/admin/indicators/unit/").context["cl"].result_list
    assert {row.pk for row in rows} == {province.department.pk, below.pk}


@pytest.mark.parametrize(
    "ended", [{"valid_until": "2020-01-01"}, {"valid_from": "2999-01-01"}], ids=["over", "later"]
)
def test_who_administers_nothing_today_sees_nothing(province, cage, ended):
    user = keeper("once", province.department, "unit")
    user.memberships.update(**ended)
    client = browser(user)
    for model in SCOPED:
        rows = client.get(f"/admin/indicators/{model._meta.model_name}/").context["cl"].result_list
        assert list(rows) == []
