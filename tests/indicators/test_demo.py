"""The demonstration: can be run twice, on any day of the year, and its figure can be walked to the summary."""

import re
from collections import Counter
from datetime import date, datetime
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone

from indicators import clock as our_clock
from indicators import files
from indicators.demo import aims, illustration
from indicators.management.commands.demo import Command as DemoCommand
from indicators.models import (
    AdjustmentRequest,
    Assessment,
    Definition,
    Membership,
    Notice,
    Observation,
    Programme,
    Publication,
    PublicPage,
    RegisterRow,
    Round,
    Signature,
    State,
    Submission,
    SubmissionEvent,
    Target,
    Task,
    Total,
    Unit,
    User,
)
from tests.factories import cell, perform, type_in
from tests.indicators.pages import browser

pytestmark = pytest.mark.django_db
WALK = {
    "submit": "reporter-skhcn",
    "sign": "leader-skhcn",
    "verify": "verifier",
    "approve": "approver",
}
EXTRAS = {"minh-hoa-nhap", "minh-hoa-ky"}
PASSWORD = "mot-mat-khau-dai"


ORDINARY_DAY = timezone.make_aware(datetime(2026, 11, 24, 9, 30))


def demo(password=PASSWORD, at=None):
    said = StringIO()
    with our_clock.at(at or our_clock.now()):
        call_command("demo", port=8123, password=password, stdout=said)
    return said.getvalue()


def rows():
    """Every table of ours with its number of rows, history aside."""
    models = [m for m in apps.get_app_config("indicators").get_models() if not m.__name__.startswith("Historical")]
    return {m.__name__: m.objects.count() for m in models}


def draft_of_the_department():
    return Submission.objects.get(state="draft", unit__codes__code="LC-SKHCN", round__form__code="01/CĐS")


class TestOnAnOrdinaryDay(TestCase):
    """Seeded once: each test works on a savepoint of it."""

    @classmethod
    def setUpTestData(cls):
        cls.told = demo(at=ORDINARY_DAY)

    def run(self, result=None):
        with our_clock.at(ORDINARY_DAY):
            return super().run(result)

    def test_running_it_twice_adds_nothing_and_changes_no_membership(self):
        once, members = rows(), list(Membership.objects.order_by("pk").values())
        demo(password="mot-mat-khau-khac")
        assert rows() == once
        assert list(Membership.objects.order_by("pk").values()) == members
        assert User.objects.get(username="leader").check_password("mot-mat-khau-khac") is True

    def test_it_tells_the_address_the_password_and_every_account_that_can_log_in(self):
        assert "http://127.0.0.1:8123/" in self.told
        assert PASSWORD in self.told
        accounts = User.objects.exclude(username__in=EXTRAS)
        assert [name for name in accounts.values_list("username", flat=True) if f"  {name} " not in self.told] == []
        assert [user.check_password(PASSWORD) for user in accounts] == [True] * 15

    def test_nobody_logs_in_as_those_who_wrote_the_made_up_reports(self):
        extras = User.objects.filter(username__in=EXTRAS).order_by("pk")
        assert [user.has_usable_password() for user in extras] == [False, False]

    def test_every_round_but_the_articles_is_an_illustration_in_periods_of_its_own(self):
        archival = Round.objects.filter(is_archival=True).order_by("pk")
        assert {(r.form.code, r.period.label) for r in archival} == {
            ("LT/CĐS", "2023"),
            ("05/CĐS", "2022"),
            ("06/CĐS", "2023"),
            ("07/CĐS", "2023"),
            ("08/CĐS", "2022"),
            ("10/CĐS", "2023"),
        }
        assert not archival.filter(is_illustrative=True).exists()
        others = Round.objects.filter(is_archival=False)
        assert not others.filter(is_illustrative=False).exists()
        assert not others.filter(period__in=archival.values("period")).exists()

    def test_the_articles_figures_are_reported_by_the_units_of_those_days(self):
        written = Observation.objects.filter(submission__round__is_archival=True)
        reporters = dict(written.values_list("indicator__code", "reporter__codes__code"))
        assert reporters.pop("KT.01") == "LC-TKT"
        assert reporters.pop("KT.03") == "LC-NHNN"
        assert reporters.pop("KT.04") == "LC-THUE"
        assert set(reporters.values()) == {"LC-STTTT"}
        assert len(reporters) == 18
        assert set(written.values_list("contributes", flat=True)) == {True}

    def test_lists_stand_at_the_cut_offs_that_they_speak_of(self):
        of_the_article, newest = date(2023, 12, 14), date(2026, 12, 14)
        named = RegisterRow.objects.standing(of_the_article)
        assert named.count() == 7
        assert named.filter(audience="", owner=None).count() == 5
        rows = RegisterRow.objects.standing(newest)
        counted = Counter(rows.order_by("pk").values_list("listed__register__code", flat=True))
        assert counted == {"CSDL": 18, "UNG-DUNG": 13, "DICH-VU": 15, "NEN-TANG": 7}
        assert (rows.filter(via_lgsp=True).count(), rows.filter(in_official_use=True).count()) == (7, 8)
        made_up = rows.exclude(listed__register__code="NEN-TANG")
        assert made_up.filter(name__contains="minh họa").count() == made_up.count()

    def test_four_eyes_held_on_every_way(self):
        decided = SubmissionEvent.objects.filter(move__in=["sign", "verify", "approve"])
        for event in decided.exclude(signature__way="paper").select_related("by"):
            wrote = event.submission.changes.filter(by=event.by)
            assert not wrote.exists(), event
        assert Total.objects.count() > 0

    def test_one_commune_signed_on_paper_and_another_persons_name_stands_on_it(self):
        signature = Signature.objects.select_related("event__by", "file").get(way="paper")
        assert (signature.signer, signature.code_compared) == ("Lò Văn Pâng (minh họa)", True)
        assert signature.event.by.username == "minh-hoa-nhap"
        assert files.checking.content_of(signature.file).startswith(b"%PDF-")

    def test_a_deputy_signs_for_the_head(self):
        memberships = Membership.objects.filter(user__username="leader-skhcn", role="signer")
        assert [(m.capacity, m.title) for m in memberships] == [("deputy", "Phó Giám đốc")]

    def test_the_newest_round_of_the_communes_has_reports_in_every_state(self):
        newest = Round.objects.filter(form__code="03/CĐS").order_by("-period__day_after_last").first()
        assert newest.submissions.count() == 38
        assert set(newest.submissions.values_list("state", flat=True)) == set(State.values) - {State.CLOSED}
        returned = SubmissionEvent.objects.filter(submission__round=newest, to_state="returned").first()
        assert returned.reason.startswith("Mẫu số khác với kỳ trước")

    def test_a_reviewer_has_another_figure_in_a_report_that_waits_and_in_a_published_one(self):
        of_communes = Assessment.objects.filter(submission__round__form__code="03/CĐS")
        waits, counts = of_communes.order_by("-submission__round__period__day_after_last", "pk")
        assert (waits.submission.state, waits.explained) == ("submitted", None)
        assert (counts.submission.state, counts.explained is not None) == ("approved", True)
        observation = Observation.objects.get(assessment=counts)
        assert (observation.is_assessed, observation.published_at is not None) == (True, True)
        assert observation.reporter.codes.filter(code="03388").exists()

    def test_finished_rounds_have_late_missing_and_extended_reports(self):
        finished = Round.objects.filter(form__code="03/CĐS", period__label="2026-Q3").get()
        reports = finished.submissions.order_by("pk")
        assert reports.filter(handed_in_at__isnull=True).count() == 2
        assert [r for r in reports if r.handed_in_at and r.handed_in_at.date() > r.due_on] != []
        assert finished.extensions.get().unit is not None

    def test_the_rounds_of_the_communes_begin_with_the_communes(self):
        labels = Round.objects.filter(form__code="03/CĐS").values_list("period__label", flat=True)
        assert sorted(labels) == ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]

    def test_people_find_notices_of_what_waits_for_them_and_nobody_can_get_a_mail(self):
        unread = Notice.objects.unread().order_by("pk")
        waits = {name: set() for name in ("officer-3-xa", "verifier-skhcn", "approver", "leader")}
        for name, kind in unread.filter(user__username__in=waits).values_list("user__username", "kind"):
            waits[name].add(kind)
        assert waits == {
            "officer-3-xa": {"opened", "returned"},
            "verifier-skhcn": {"to_verify"},
            "approver": {"to_approve", "to_decide"},
            "leader": set(),
        }
        assert not User.objects.exclude(email="").exists()

    def test_one_adjustment_waits_one_is_done_and_an_estimate_became_official(self):
        requests = AdjustmentRequest.objects.order_by("pk")
        assert sorted(requests.values_list("kind", "outcome")) == [
            ("mistake", ""),
            *[("mistake", "accepted")] * 4,  # two of them of the example sets
            ("update", "accepted"),
        ]
        replaced = Observation.objects.filter(unpublished_at__isnull=False)
        assert replaced.filter(indicator__code="HT.04", status="estimate").exists()
        assert Publication.objects.filter(round__period__label="2026-Q3").count() == 2
        standing = Observation.objects.filter(reporter__codes__code="LC-VIETTEL", superseded_at=None)
        figures = standing.filter(indicator__code__in=["HT.01", "HT.04"]).order_by("indicator__code")
        assert list(figures.values_list("value", "status")) == [(5530, "official"), (168900, "official")]

    def test_a_task_of_the_made_up_programme_stands_in_each_state(self):
        tasks = Task.objects.order_by("pk")
        assert Counter(task.state.value for task in tasks) == {
            "under_way": 5,
            "overdue": 1,
            "claimed": 1,
            "done": 1,
            "done_late": 1,
        }
        assert {(task.programme.code, task.is_illustrative) for task in tasks} == {(aims.CODE, True)}
        assert tasks.get(given_by__isnull=False).indicator.code == "HT.04"

    def test_closed_years_of_the_example_sets_are_published_and_locked_and_the_running_one_is_drafted(self):
        rounds = Round.objects.filter(form__code__in=["SN-MH", "XP-MH"]).select_related("form", "period")
        stood = {(r.form.code, r.period.label): r for r in rounds.order_by("pk")}
        closed = [("SN-MH", "2024"), ("SN-MH", "2025"), ("XP-MH", "2025")]
        assert sorted(stood) == sorted([*closed, ("SN-MH", "2026"), ("XP-MH", "2026")])
        assert [stood[key].is_locked for key in closed] == [True] * 3
        assert [stood[key].submissions.filter(state="approved").count() for key in closed] == [5, 9, 9]
        assert [Publication.objects.filter(round=stood[key]).count() for key in closed] == [1, 2, 2]
        drafts = Submission.objects.filter(round__in=[stood["SN-MH", "2026"], stood["XP-MH", "2026"]])
        assert drafts.filter(state="draft", entries__isnull=False).distinct().count() == 4

    def test_reviewers_have_other_figures_of_the_example_sets_and_units_explain(self):
        own = Assessment.objects.filter(submission__round__form__code__in=["SN-MH", "XP-MH"])
        assert own.count() >= 4
        assert len([each for each in own.order_by("pk") if each.explained]) >= 2
        not_applicable = Observation.objects.filter(state="not_applicable", indicator__code__in=["SN.10", "XP.11"])
        assert not_applicable.exists()

    def test_two_departments_are_equal_and_the_example_changes_no_total_of_the_article(self):
        leader = browser(User.objects.get(username="leader"))
        html = leader.get("/scores/SN-MH/?year=2025").content.decode()
        assert html.count("4/9") == 2
        codes = re.findall(r'<tr id="([A-Z]+)', leader.get("/summary/?period=2023").content.decode())
        assert {"SN", "XP"} & set(codes) == set()

    def test_nothing_happened_in_the_future(self):
        now = SubmissionEvent.objects.order_by("-at").first().at
        assert now.date().isoformat() <= "2026-11-24"

    def test_every_target_of_the_province_is_marked_as_made_up(self):
        programmes = Programme.objects.filter(targets__isnull=False).distinct()
        assert [(p.code, p.is_illustrative) for p in programmes.order_by("pk")] == [("MH", True)]
        own = Target.objects.filter(level="province")
        assert own.count() == sum(len(aims_of) for _code, _start, aims_of in aims.AIMS)
        assert not own.exclude(programme__code="MH").exists()
        assert set(own.values_list("document__name", flat=True)) == {aims.DOCUMENT}

    def test_the_last_finished_quarter_shows_every_status(self):
        period = Round.objects.filter(form__code="01/CĐS").order_by("-period__day_after_last")[1].period
        leader = browser(User.objects.get(username="leader"))
        html = leader.get(f"/summary/?period={period.label}").content.decode()
        table = html.partition('id="all"')[2]
        shown = set(re.findall(r'class="status ([a-z-]+)"', table))
        assert shown >= {"met", "on-path", "behind", "exceeded", "missed", "no-data", "no-target", "not-comparable"}
        assert "Mục tiêu của chương trình này" in html or "The targets of this programme are made up" in html

    def test_the_articles_year_is_held_against_no_made_up_target(self):
        leader = browser(User.objects.get(username="leader"))
        html = leader.get("/summary/?period=2023").content.decode()
        assert set(re.findall(r'<span class="status ([a-z-]+)"', html)) == {"no-data", "no-target"}

    def test_the_draft_can_be_walked_to_approval(self):
        submission = draft_of_the_department()
        by = {name: User.objects.get(username=user) for name, user in WALK.items()}
        lines = list(submission.round.lines.select_related("definition").order_by("order"))
        prose = cell(state="reported", text="Không có")
        cells = [prose if line.definition.value_kind == "text" else cell("1") for line in lines]
        submission = type_in(submission, *cells, by=by["submit"])
        for move in WALK:
            submission = perform(move, submission, by=by[move])
        assert submission.state == "approved"
        assert submission.observations.filter(contributes=True).count() == len(lines)

    def test_what_somebody_entered_meanwhile_is_left_as_it_is(self):
        submission = type_in(
            draft_of_the_department(), cell("14433"), by=User.objects.get(username="reporter-skhcn")
        )
        observations = Observation.objects.count()
        demo()
        again = Submission.objects.get(pk=submission.pk)
        assert (again.version, again.entries.order_by("line__order").first().value) == (submission.version, 14433)
        assert Observation.objects.count() == observations

    def test_what_an_administrator_added_meanwhile_does_not_break_the_next_run(self):
        known = Definition.objects.order_by("pk").first()
        known.pk, known.valid_from = None, "2027-01-01"
        known.save()
        membership = Membership.objects.order_by("pk").first()
        membership.pk, membership.valid_from = None, "2027-01-01"
        membership.save()
        before = rows()
        demo()
        assert rows() == before

    def test_in_the_next_quarter_it_opens_the_next_rounds_beside_the_old_ones(self):
        rounds = Round.objects.count()
        demo(at=timezone.make_aware(datetime(2026, 12, 15, 12, 0)))
        assert Round.objects.count() == rounds + 8  # and the next year of both example sets
        assert Round.objects.filter(period__label="2027-Q1").count() == 6


@pytest.fixture
def only_the_running_quarter(monkeypatch):
    monkeypatch.setattr(illustration, "YEARS", 0)


@pytest.mark.usefixtures("only_the_running_quarter")
def test_without_a_password_it_makes_one_that_opens_every_account():
    said = demo(password="")
    password = said.split("Mật khẩu chung: ")[1].split()[0]
    users = User.objects.exclude(username__in=EXTRAS).order_by("pk")
    assert len(password) >= 12
    assert [user.check_password(password) for user in users] == [True] * len(users)


@pytest.mark.parametrize(
    "moment",
    [
        (2026, 1, 1, 0, 5),
        (2026, 3, 14, 23, 30),
        (2026, 3, 15, 0, 5),
        (2026, 12, 14, 23, 30),
        (2026, 12, 15, 0, 5),
        (2028, 2, 29, 12, 0),
    ],
)
@pytest.mark.usefixtures("only_the_running_quarter")
def test_on_any_day_of_the_year_a_round_is_open_and_half_done(moment):
    now = timezone.make_aware(datetime(*moment))
    demo(at=now)
    draft = draft_of_the_department()
    period = draft.round.period
    assert period.first_day <= now.date() <= period.last_day
    assert draft.entries.count() == 4
    assert Unit.objects.with_code("03388", period.last_day).get().submissions.exists()


def test_it_tells_whether_the_public_page_is_open_and_where_to_switch_it(db) -> None:
    programme = Programme.objects.create(code="P", name="Chương trình")
    said = []
    for is_open in (False, True):
        PublicPage.objects.update_or_create(programme=programme, defaults={"is_open": is_open})
        told = StringIO()
        DemoCommand(stdout=told).tell(8000, "x")
        said += [line for line in told.getvalue().splitlines() if "Trang công khai" in line]
    switch = "tài khoản admin bật, tắt tại http://127.0.0.1:8000/admin/indicators/publicpage/"
    page = "Trang công khai http://127.0.0.1:8000/public/"
    assert said == [f"{page} đang tắt; {switch}", f"{page} đang bật; {switch}"]
