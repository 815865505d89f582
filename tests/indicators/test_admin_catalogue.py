"""The administrators' lists: who reaches them, what a search finds, and at what price they are drawn."""

from datetime import date
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from indicators.admin.base import KeptAdmin
from indicators.calendars import quarter_of
from indicators.clock import now
from indicators.models import (
    BaseFigure,
    Baseline,
    Digest,
    Document,
    Download,
    Entry,
    EntryChange,
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
    Revision,
    Round,
    ScoreFramework,
    Seal,
    SpecialDay,
    Submission,
    SubmissionEvent,
    Target,
    Task,
    Unit,
    UnitSlice,
    User,
)
from tests import factories, lists, people, tasks
from tests.factories import Province, cell

OURS = [m for m in admin.site._registry if m._meta.app_label == "indicators"]
OPEN_TO_ADDING = [
    m for m in OURS if m not in (Submission, Observation, Download, Digest, LoginEvent, Publication, Seal)
]


def address(model, *rest) -> str:
    return "/".join(["/admin/indicators", model._meta.model_name, *map(str, rest), ""])


@pytest.fixture
def client(province: Province) -> Client:
    client = Client()
    client.force_login(people.superuser())
    return client


@pytest.fixture
def approved(province: Province) -> Submission:
    submission = province.submission(factories.indicator("HT.01", name="Tổng chiều dài cáp quang"))
    factories.type_in(submission, cell("14433"), by=province.reporter)
    return province.walk(submission, "submit", "sign", "verify", "approve")


class Strict(HTMLParser):
    """Collects what a content security policy without 'unsafe-inline' refuses."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        names = dict(attrs)
        is_data = names.get("type") == "application/json"
        if tag == "style" or (tag == "script" and "src" not in names and not is_data):
            self.refused.append(tag)
        self.refused += [f"{tag} {name}" for name in names if name == "style" or name.startswith("on")]


def opened(client: Client, path: str) -> str:
    """Followed, as a publication is read where everybody reads it."""
    response = client.get(path, follow=True)
    assert response.status_code == 200, path
    page = response.content.decode()
    assert Strict(page).refused == [], path
    return page


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_every_list_opens_empty_and_filled_without_anything_inline(client, approved, model):
    opened(client, address(model))
    opened(client, f"{address(model)}?q=khong-co-gi")


@pytest.mark.parametrize("model", OPEN_TO_ADDING, ids=lambda m: m.__name__)
def test_every_add_page_opens_without_anything_inline(client, approved, model):
    opened(client, address(model, "add"))


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_every_page_of_a_row_opens_without_anything_inline(client, province, approved, model):
    row = model.objects.order_by("pk").first() or one_more(model, 1, province)
    opened(client, address(model, row.pk, "change"))


KEPT = [m for m in OURS if isinstance(admin.site._registry[m], KeptAdmin)]


@pytest.mark.usefixtures("history_told")
@pytest.mark.parametrize("model", KEPT, ids=lambda m: m.__name__)
def test_every_history_opens_without_anything_inline(client, province, approved, model):
    row = model.objects.order_by("pk").first() or one_more(model, 1, province)
    opened(client, address(model, row.pk, "history"))
    if admin.site._registry[model].shows_past_form:
        opened(client, address(model, row.pk, "history", row.history.first().pk))


def test_what_an_administrator_keeps_keeps_its_history():
    assert sorted(m.__name__ for m in KEPT) == [
        "Document",
        "Indicator",
        "IndicatorGroup",
        "LegalAct",
        "Membership",
        "Programme",
        "PublicPage",
        "Register",
        "ReportingForm",
        "ScoreFramework",
        "SpecialDay",
        "Task",
        "Unit",
        "User",
    ]


def test_the_other_pages_of_the_admin_open_without_anything_inline(client, province, approved):
    opened(client, "/admin/")
    opened(client, address(User, province.reporter.pk, "password"))
    opened(client, address(Observation, "export"))
    opened(client, address(Unit, province.office.pk, "delete"))


def test_models_that_are_only_ever_written_by_workflow_are_not_offered():
    assert not {Entry, EntryChange, Revision, SubmissionEvent} & set(admin.site._registry)


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_every_list_is_searched_ordered_to_the_row_and_edited_nowhere(rf, model):
    listed = admin.site._registry[model]
    request = rf.get("/")
    request.user = User(is_superuser=True)
    assert listed.search_fields
    assert listed.get_ordering(request)[-1] == "pk"
    assert listed.list_editable == ()
    assert listed.list_select_related is not True


@pytest.mark.parametrize("typed", ["Khoa học", "khoa hoc", "SO KHOA"])
@pytest.mark.parametrize("model", [Unit, Membership], ids=lambda m: m.__name__)
def test_units_are_found_with_and_without_their_marks(client, province, model, typed):
    found = client.get(address(model), {"q": typed}).context["cl"].result_list
    units = {row.pk if model is Unit else row.unit_id for row in found}
    assert units == {province.department.pk}


@pytest.mark.parametrize("typed", ["Lò Thị Mai", "lo thi mai", "LÒ THỊ", "mai lo"])
def test_people_are_found_with_and_without_their_marks(client, typed):
    mai = User.objects.create(username="x", full_name="Lò Thị Mai")
    User.objects.create(username="y", full_name="Lò Thị Hoa")
    found = client.get(address(User), {"q": typed}).context["cl"].result_list
    assert (typed == "LÒ THỊ" and len(found) == 2) or [user.pk for user in found] == [mai.pk]


@pytest.mark.parametrize("typed", ["cáp quang", "CAP QUANG", "ht.01"])
@pytest.mark.parametrize("model", [Indicator, Observation], ids=lambda m: m.__name__)
def test_indicators_are_found_by_name_and_code(client, approved, model, typed):
    factories.indicator("XH.01", name="Tỷ lệ thuê bao")
    found = client.get(address(model), {"q": typed}).context["cl"].result_list
    assert len(found) == 1


def test_a_unit_is_found_by_a_name_it_no_longer_bears(client, province):
    UnitSlice.objects.create(
        unit=province.sister, valid_from=date(2020, 1, 1), name="Sở Ngân khố", kind="department"
    )
    found = client.get(address(Unit), {"q": "tai chinh"}).context["cl"].result_list
    assert [str(unit) for unit in found] == ["Sở Ngân khố"]


def test_units_stand_in_vietnamese_order(client, province):
    for name in ("Xã Đầu", "Xã Ca", "Xã Dao"):
        factories.unit(name, "commune")
    found = client.get(address(Unit), {"q": "xã"}).context["cl"].result_list
    assert [str(unit) for unit in found] == ["Xã Ca", "Xã Dao", "Xã Đầu"]


def test_an_inline_reads_the_units_once_however_many_rows_it_has(client, province):
    def price(count: int) -> int:
        form = factories.form(
            province.department,
            holders={},
            indicators=[factories.indicator(f"X{count}.{n}") for n in range(count)],
        )
        with CaptureQueriesContext(connection) as counted:
            client.get(address(ReportingForm, form.pk, "change"))
        return len(counted)

    price(2)  # content types are read once a process
    assert price(1) == price(3)


def test_a_state_is_an_editable_field_nowhere(client, province, approved):
    for model in OURS:
        row = model.objects.order_by("pk").first() or one_more(model, 1, province)
        assert 'name="state"' not in client.get(address(model, row.pk, "change")).content.decode()


@pytest.mark.parametrize("model", [m for m in OURS if m is not Submission], ids=lambda m: m.__name__)
def test_reviewers_reach_no_catalogue(province, approved, model):
    client = Client()
    client.force_login(province.verifier)
    assert client.get(address(model)).status_code == 403
    assert client.get(address(model, "add")).status_code == 403


@pytest.mark.parametrize("act", ["add/", "{pk}/delete/"])
def test_nobody_adds_or_deletes_an_approved_figure(client, approved, act):
    pk = Observation.objects.get().pk
    assert client.get(address(Observation) + act.format(pk=pk)).status_code == 403


PRICE = {
    Unit: 4,
    User: 5,
    Membership: 5,
    Indicator: 6,
    IndicatorGroup: 4,
    Programme: 4,
    ReportingForm: 4,
    Period: 4,
    Round: 5,
    Observation: 5,
    Download: 6,
    Publication: 4,
    PublicPage: 4,
    Digest: 4,
    Document: 5,
    Target: 6,
    Baseline: 5,
    BaseFigure: 4,
    ReferenceFigure: 6,
    Register: 4,
    ScoreFramework: 5,
    Task: 5,
}


@pytest.mark.parametrize("model", PRICE, ids=lambda m: m.__name__)
def test_the_price_of_a_list_does_not_grow_with_its_rows(client, province, approved, model):
    def price() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(address(model)).status_code == 200
        return len(counted)

    if not model.objects.exists():
        one_more(model, 9, province)
    before, rows = price(), model.objects.count()
    for n in range(2):
        one_more(model, n, province)
    assert model.objects.count() >= rows + 2
    assert price() == before == PRICE[model]


def one_more(model, n: int, province: Province):
    def recorded(**facts):
        document = Document.objects.create(name=f"{model.__name__} {n}")
        return {
            "indicator": factories.indicator(f"{model.__name__}.{n}"),
            "year": 2030,
            "value": n,
            "document": document,
        } | facts

    return {
        Unit: lambda: factories.unit(f"Xã {n}", "commune", parent=province.root),
        User: lambda: people.person(f"person {n}"),
        Membership: lambda: people.person(f"member {n}", province.office, "reader"),
        Indicator: lambda: factories.indicator(f"X.{n}", lead_unit=province.office),
        IndicatorGroup: lambda: IndicatorGroup.objects.create(code=f"X.{n}", name="X"),
        Programme: lambda: Programme.objects.create(code=f"X.{n}", name="X"),
        Register: lambda: lists.register(f"R-{n}"),
        ScoreFramework: lambda: factories.framework(f"S-{n}"),
        ReportingForm: lambda: factories.form(province.office, holders={}, indicators=[]),
        Period: lambda: factories.period(quarter_of(date(2001 + n, 1, 1))),
        Round: lambda: province.round(factories.indicator(f"X.{n}")),
        Observation: lambda: approve(province, f"X.{n}"),
        Download: lambda: download(province, n),
        Digest: lambda: Digest.objects.create(
            user=province.reporter, number=n + 1, address="a@b.vn", tried_at=now()
        ),
        Document: lambda: Document.objects.create(name=f"Quyết định {n}", signed_on=date(2020 + n, 1, 1)),
        LegalAct: lambda: LegalAct.objects.create(title=f"Sắp xếp {n}", effective_on=date(2020 + n, 1, 1)),
        Publication: lambda: publication(province, n),
        PublicPage: lambda: PublicPage.objects.create(programme=Programme.objects.create(code=f"X.{n}", name="X")),
        LoginEvent: lambda: LoginEvent.objects.create(act="login", username=f"x{n}"),
        Seal: lambda: Seal.objects.create(number=n, day=date(2026, 1, n), at=now(), heads=0, hash="0" * 64),
        SpecialDay: lambda: SpecialDay.objects.create(day=date(2026, 1, 1 + n), kind="holiday", name="Tết"),
        Target: lambda: Target.objects.create(
            **recorded(level="unit", unit=province.office, operator="gte", recorded_by=province.approver)
        ),
        Baseline: lambda: Baseline.objects.create(**recorded(unit=province.office)),
        BaseFigure: lambda: BaseFigure.objects.create(
            unit=province.office,
            kind="households",
            day=date(2020 + n, 1, 1),
            value=n,
            source="Cục Thống kê",
            document=Document.objects.create(name=f"Niên giám {n}"),
        ),
        ReferenceFigure: lambda: ReferenceFigure.objects.create(**recorded(place="Đà Nẵng")),
        Task: lambda: tasks.task(province, f"NV.{n}"),
    }[model]()


def download(province: Province, n: int) -> Download:
    report = Submission.objects.first() or province.submission(factories.indicator("X.0"))
    return Download.objects.create(
        submission=report, number=n, name=f"{n}.pdf", sha256="0" * 64, by=province.verifier
    )


def publication(province: Province, n: int) -> Publication:
    return Publication.objects.create(
        round=province.round(factories.indicator(f"X.{n}")),
        number=1,
        document=f"{n}/TB-UBND",
        document_date=date(2026, 1, 1),
        n_published=0,
        n_expected=1,
        content="{}",
        sha256="0" * 64,
        by=province.approver,
    )


def approve(province: Province, code: str) -> None:
    submission = province.submission(factories.indicator(code))
    factories.type_in(submission, cell("1"), by=province.reporter)
    province.walk(submission, "submit", "sign", "verify", "approve")
