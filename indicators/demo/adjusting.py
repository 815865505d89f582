"""Adjustments in the made-up rounds: one that waits for its decision, one that went the whole way, and an update
from an estimate to the official figure; by the functions that people's clicks call."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from indicators import adjustments, clock, slots
from indicators.adjustments import Asking, Decision
from indicators.models import AdjustmentKind, AdjustmentRequest, Submission, User

from .people import EXTRA_REPORTER
from .walk import Fields, move, type_in

STEP = timedelta(seconds=20)
WAITS = "Kê trùng một thôn đã sáp nhập; đề nghị điều chỉnh theo biên bản rà soát."
MISTAKE = "Nhập thiếu tuyến cáp vừa đưa vào khai thác trong kỳ."
MISCOUNTED = "Bổ sung một thôn đã được phủ sóng trước ngày chốt số liệu."
OFFICIAL = "Đã có số liệu chốt của doanh nghiệp, thay số ước thực hiện."
ESTIMATED: Fields = {"HT.04-status": "estimate"}
NEW_LENGTH: Fields = {"HT.01-value": "5.530"}
NEW_COUNT: Fields = {"HT.04-value": "168.900", "HT.04-status": "official"}


def ask(report: Submission, code: str, *, by: User, at: datetime, wished: str = "") -> None:
    """For a decision that waits."""
    with clock.at(at):
        _ask(report, code, AdjustmentKind.MISTAKE, WAITS, by=by, wished=wished)


def change_twice(report: Submission, users: Mapping[str, User], *, by: User, since: datetime) -> None:
    """An approved report of a company: the official figure after an estimate, then the mending of an error."""
    with clock.at(since):
        _change(report, AdjustmentKind.UPDATE, OFFICIAL, NEW_COUNT, users, typist=by)
    with clock.at(since + STEP):
        _change(report, AdjustmentKind.MISTAKE, MISTAKE, NEW_LENGTH, users, typist=by)


def change_published(report: Submission, fields: Fields, users: Mapping[str, User], *, signer: User) -> None:
    """A report of a commune, some days after its round was published."""
    _change(
        report, AdjustmentKind.MISTAKE, MISCOUNTED, fields, users, typist=users[EXTRA_REPORTER.name], signer=signer
    )


def _change(
    report: Submission,
    kind: AdjustmentKind,
    reason: str,
    fields: Fields,
    users: Mapping[str, User],
    *,
    typist: User,
    signer: User | None = None,
) -> None:
    """Asked for, accepted, typed, and the whole way again."""
    request = _ask(report, next(iter(fields)).partition("-")[0], kind, reason, by=typist)
    adjustments.decide(report, Decision(adjustments.ACCEPT, request.pk), by=users["approver"])
    report.refresh_from_db()
    type_in(report, fields, by=typist)
    move(report, "submit", by=typist)
    if signer is not None:
        move(report, "sign", by=signer)
    move(report, "verify", by=users["verifier-skhcn"])
    move(report, "approve", by=users["approver"])


def _ask(
    report: Submission, code: str, kind: AdjustmentKind, reason: str, *, by: User, wished: str = ""
) -> AdjustmentRequest:
    lines = {slot.key: wished for slot in slots.layout(report).slots if slot.name == code}
    adjustments.ask(report, Asking(kind, lines, reason), by=by)
    report.refresh_from_db()
    return AdjustmentRequest.objects.open().get(submission=report)
