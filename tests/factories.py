"""Builders without surprises: the state that matters is written in the test."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from indicators import adjustments, behalf, drafts, files, publishing, workflow
from indicators.calendars import Window, quarter_of
from indicators.clock import today
from indicators.drafts import Cell
from indicators.models import (
    AdjustmentRequest,
    CodeSystem,
    Definition,
    FormLine,
    Indicator,
    IndicatorGroup,
    Period,
    Programme,
    ProgrammeIndicator,
    Publication,
    ReportingForm,
    Round,
    ScoreFramework,
    ScoreItem,
    StepHolder,
    Submission,
    Unit,
    UnitCode,
    UnitSlice,
    User,
)
from indicators.opening import open_round
from tests import people
from tests.people import untold


@untold()
def unit(name: str, kind: str = "department", *, code: str = "", parent: Unit | None = None) -> Unit:
    made = Unit.objects.create()
    UnitSlice.objects.create(unit=made, name=name, kind=kind, parent=parent)
    UnitCode.objects.create(unit=made, system=CodeSystem.INTERNAL, code=code or name)
    return made


@untold()
def indicator(code: str, *, name: str = "", group: str = "HT", **definition) -> Indicator:
    made = Indicator.objects.create(code=code, name=name or f"Chỉ tiêu {code}")
    measured = {
        "value_kind": "number",
        "unit_of_measure": "km",
        "direction": "up",
        "over_units": "sum",
        "over_time": "stock",
        "lower_bound": 0,
    }
    source = {} if "source_unit" in definition else {"source_kind": "department"}
    Definition.objects.create(indicator=made, **measured | source | definition)
    programme, _ = Programme.objects.get_or_create(code="P", defaults={"name": "Chương trình"})
    place, _ = IndicatorGroup.objects.get_or_create(code=group, defaults={"name": f"Nhóm {group}"})
    ProgrammeIndicator.objects.create(programme=programme, group=place, indicator=made)
    return made


def ratio(code: str, **definition) -> Indicator:
    measured = {
        "value_kind": "ratio",
        "unit_of_measure": "%",
        "decimals": 1,
        "upper_bound": 100,
        "over_units": "ratio",
    }
    return indicator(code, **measured | definition)


def period(window: Window | None = None) -> Period:
    window = window or quarter_of(today())
    made, _ = Period.objects.get_or_create(
        label=window.label, defaults={"first_day": window.first_day, "day_after_last": window.day_after_last}
    )
    return made


@untold()
def form(*units: Unit, holders: dict[str, Unit], indicators: list[Indicator], subject: str = "province", **facts):
    number = ReportingForm.objects.count() + 1
    made = ReportingForm.objects.create(
        code=f"{number:02}/CĐS",
        name="Báo cáo chuyển đổi số",
        contact="Phòng Chuyển đổi số, 02133 000 000",
        **facts,
    )
    made.units.set(units)
    for order, each in enumerate(indicators, 1):
        FormLine.objects.create(form=made, order=order, indicator=each, subject_rule=subject)
    for step, holder in holders.items():
        StepHolder.objects.create(form=made, step=step, holder=holder)
    return made


@dataclass
class Province:
    """A province with two departments that report, an office that verifies, and all the named people."""

    root: Unit = field(init=False)
    office: Unit = field(init=False)
    department: Unit = field(init=False)
    sister: Unit = field(init=False)

    def __post_init__(self) -> None:
        self.root = unit("Tỉnh Lai Châu", "province", code="12")
        self.office = unit("Văn phòng UBND tỉnh", code="LC-VPUBND", parent=self.root)
        self.department = unit("Sở Khoa học và Công nghệ", code="LC-SKHCN", parent=self.root)
        self.sister = unit("Sở Tài chính", code="LC-STC", parent=self.root)
        self.reporter = people.reporter(self.department)
        self.unit_leader = people.unit_leader(self.department)
        self.verifier = people.verifier(self.office)
        self.approver = people.approver(self.root)
        self.leader = people.leader(self.root)
        self.outsider = people.outsider(self.sister)

    def round(
        self, *indicators: Indicator, units: list[Unit] | None = None, due_in: int = 10, window=None, **facts
    ) -> Round:
        """A round of a new form, open today. `facts` go to the form: asks_sign_off=False, …"""
        holders = {"verify": self.office, "approve": self.root}
        if facts.get("asks_publication"):
            holders["publish"] = self.office
        asked = form(
            *(units or [self.department]),
            holders=holders,
            indicators=list(indicators),
            subject=facts.pop("subject", "province"),
            **facts,
        )
        return open_round(asked, period(window), due_on=today() + timedelta(days=due_in), opens_on=date(2020, 1, 1))

    def submission(self, *indicators: Indicator, **facts) -> Submission:
        return self.round(*indicators, **facts).submissions.get(unit=self.department)

    @cached_property
    def publisher(self) -> User:
        """Of the office, which holds the publication of the forms that ask for it."""
        return people.publisher(self.office)

    def walk(self, submission: Submission, *moves: str, reporter: User | None = None) -> Submission:
        """Takes the moves one after another, each by the person whose step it is."""
        by = {
            "submit": reporter or self.reporter,
            "sign": self.unit_leader,
            "withdraw": reporter or self.reporter,
            "verify": self.verifier,
            "approve": self.approver,
            "reopen": self.approver,
        }
        for move in moves:
            who = by.get(move) or (self.approver if submission.state == "verified" else self.verifier)
            submission = perform(move, submission, by=who)
        return submission


def perform(move: str, submission: Submission, *, by: User, comment: str = "Lý do") -> Submission:
    """A move by somebody who read what stands."""
    read = workflow.what_stands(submission) if move != "submit" else None
    if move == "sign" and (latest := workflow.latest_revision(submission)):
        read = latest.sha256
    return workflow.perform(move, submission, by=by, comment=comment, revision=read)


def cell(value: str | None = None, *, of: tuple[str, str] | None = None, **facts) -> Cell:
    """A reported cell: cell("14433"), cell("53.8", of=("7", "13")), or Cell facts as they are."""
    from decimal import Decimal

    if value is None and of is None:
        return Cell(**facts)
    number = None if value is None else Decimal(value)
    parts = {"numerator": Decimal(of[0]), "denominator": Decimal(of[1])} if of else {}
    places = 0 if number is None else max(0, -int(number.as_tuple().exponent))
    return Cell(state="reported", value=number, **{"decimals": places, **parts, **facts})


def publish(round_: Round, *, by: User, number: str = "15/TB-UBND") -> Publication:
    """By somebody who read what would be published."""
    paper = publishing.Paper(number=number, dated=today())
    return publishing.publish(round_, paper, by=by, read=publishing.propose(round_).sha256)


def type_in(submission: Submission, *cells: Cell, by: User) -> Submission:
    """Saves one cell a line, in the order of the form, about the line's first subject."""
    from indicators.validation import expected_cells

    keys = expected_cells(submission)
    drafts.save(submission, dict(zip(keys, cells, strict=False)), by=by, version=submission.version)
    submission.refresh_from_db()
    return submission


def ask_to_adjust(
    submission: Submission, *, by: User, reason: str = "Gõ nhầm một chữ số", wished: str = "", **said
) -> AdjustmentRequest:
    """All lines of the report are named; `said` departs from a mistake without a document."""
    from indicators.validation import expected_cells

    lines = dict.fromkeys(expected_cells(submission), wished)
    usual = {"kind": "mistake", "lines": lines, "reason": reason}
    adjustments.ask(submission, adjustments.Asking(**usual | said), by=by)
    return AdjustmentRequest.objects.filter(submission=submission).latest("version")


def decide(request: AdjustmentRequest, action: str, *, by: User, answer: str = "", resend_on=None) -> Submission:
    decision = adjustments.Decision(action, request.pk, answer, resend_on)
    adjustments.decide(request.submission, decision, by=by)
    return Submission.objects.select_related("round__form", "round__period", "unit").get(pk=request.submission_id)


PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55")  # the head of one


def enter_on_behalf(submission: Submission, *, by: User, reason: str = "Mưa lũ, mất mạng", **said) -> Submission:
    """Begun by a verifier, on a scan; the test uses the fixture `media`. `said` departs from the usual paper."""
    usual = {"number": "15/UBND", "signed_on": today(), "signer": "Lò Văn Pâng", "signer_title": "Chủ tịch"}
    scan = files.accept(PNG, "công văn.png")
    behalf.enter(submission, behalf.Paper(reason=reason, **usual | said), scan, by=by)
    return Submission.objects.select_related("round__form", "round__period", "unit").get(pk=submission.pk)


def signed_paper(file=None, **said) -> dict:
    """What the usual signed document says, as facts of signing.Paper; `said` departs from it."""
    usual = {"number": "45/BC-SKHCN", "signed_on": today(), "signer": "Nguyễn Văn Hùng", "title": "Phó Giám đốc"}
    return usual | {"capacity": "deputy", "file": file} | said


@untold()
def framework(code: str = "DTI", **facts) -> ScoreFramework:
    """A draft for communes, of 2026 and the years after."""
    return ScoreFramework.objects.create(
        **{"code": code, "name": code, "first_year": 2026, "kinds": "commune"} | facts
    )


@untold()
def score_item(of: ScoreFramework, code: str, **facts) -> ScoreItem:
    """A group of 10 points at its place: 1.2 is part of 1."""
    place = {"code": code, "name": f"Tiêu chí {code}", "parent_code": code.rpartition(".")[0]}
    return ScoreItem.objects.create(framework=of, **place | {"maximum": 10, "rule": "sum"} | facts)
