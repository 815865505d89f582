"""Taking a report on its way, by the functions that pages call: what is typed is read as typed."""

from collections.abc import Mapping
from datetime import date, datetime, time

from django.utils import timezone

from indicators import acts, assessing, clock, forms, publishing, slots, workflow
from indicators.models import Assessment, Publication, Round, Submission, User

Fields = Mapping[str, str]  # of a form: "HT.01-value" → "14.433"


def people() -> dict[str, User]:
    return {user.username: user for user in User.objects.order_by("pk")}


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A time of a working day, never one that is still to come."""
    return min(timezone.make_aware(datetime.combine(day, time(hour, minute))), clock.now())


def type_in(report: Submission, fields: Fields, *, by: User) -> None:
    asked = slots.layout(report).slots
    shown = {f"{slot.name}-base": str(slot.base.pk) for slot in asked if slot.base}
    post = {**fields, **shown, "action": "save", "version": str(report.version)}
    posted = forms.read_post(post, asked, current=report.version)
    outcome = acts.carry_out(posted, report, by=by, address="")
    if not outcome.is_done:
        faults = [fault.sentence for reading in outcome.given_back.values() for fault in reading.faults]
        raise ValueError(f"{report.round}: {outcome.sentence or faults}")
    report.refresh_from_db()


def move(report: Submission, name: str, *, by: User, comment: str = "") -> None:
    latest = workflow.latest_revision(report)
    read = latest.sha256 if latest and name == "sign" else workflow.what_stands(report)
    workflow.perform(name, report, by=by, comment=comment, revision=read)
    report.refresh_from_db()


def assess(report: Submission, line: str, fields: Fields, *, reason: str, by: User) -> Assessment:
    """A reviewer's own figure, read as on the review page."""
    slot = next(slot for slot in slots.layout(report).slots if slot.name == line)
    typed = {name: fields.get(f"{line}-{name}", "") for name in ("value", "numerator", "denominator")}
    cell = forms.read(slot.line.definition, forms.Typed(**typed)).cell
    if cell is None:
        raise ValueError(f"{report.round}: {line} {typed}")
    own, read = {slot.key: assessing.Own(cell, reason)}, workflow.what_stands(report) or ""
    assessing.write(report, own, by=by, read=read)
    report.refresh_from_db()
    return report.assessments.latest("pk")


def publish(round_: Round, *, by: User, on: date) -> Publication:
    """Under a document of that day, which the demonstration makes up like the figures."""
    with clock.at(moment(on, 16)):
        number = Publication.objects.filter(round=round_).count() + 1
        paper = publishing.Paper(f"{number:02}/TB-VPUBND (minh họa)", clock.today())
        return publishing.publish(round_, paper, by=by, read=publishing.propose(round_).sha256)
