"""Opening a round: its own copy of the form's lines, and one expected report a unit (domain.md 24)."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from .models import Definition, Period, ReportingForm, Round, RoundLine, Submission, Unit
from .refusals import Refused


@transaction.atomic
def open_round(form: ReportingForm, period: Period, *, due_on: date, opens_on: date | None = None) -> Round:
    """Safe to run twice: a round that stands is left as it is. Units are those that live on the cut-off day."""
    round_, is_new = Round.objects.get_or_create(
        form=form,
        period=period,
        defaults={
            "opens_on": opens_on or period.first_day,
            "due_on": due_on,
            "asks_sign_off": form.asks_sign_off,
            "asks_verification": form.asks_verification,
            "asks_publication": form.asks_publication,
        },
    )
    if is_new:
        _copy_lines(round_)
        units = Unit.objects.alive_on(period.last_day).filter(forms=form).order_by("pk")
        _refuse_asking_twice(round_, units)
        Submission.objects.bulk_create([Submission(round=round_, unit=unit) for unit in units])
    return round_


def _copy_lines(round_: Round) -> None:
    definitions = {d.indicator_id: d for d in Definition.objects.on(round_.period.last_day)}
    lines = list(round_.form.lines.select_related("indicator"))
    for line in lines:
        if line.indicator_id not in definitions:
            raise Refused(
                _("Indicator %(code)s has no definition on %(date)s, so the round cannot be opened.")
                % {"code": line.indicator.code, "date": f"{round_.period.last_day:%d/%m/%Y}"}
            )
    RoundLine.objects.bulk_create(
        RoundLine(
            round=round_,
            order=line.order,
            indicator=line.indicator,
            definition=definitions[line.indicator_id],
            subject_rule=line.subject_rule,
            is_mandatory=line.is_mandatory,
        )
        for line in lines
    )


def _refuse_asking_twice(round_: Round, units: QuerySet[Unit]) -> None:
    """One unit gives one figure of an indicator and period: two forms that ask for it are both named."""
    asked = round_.lines.values("indicator")
    other = RoundLine.objects.filter(
        indicator__in=asked, round__period=round_.period, round__submissions__unit__in=units
    ).exclude(round=round_)
    if twice := other.select_related("indicator", "round__form").order_by("pk").first():
        raise Refused(
            _("Indicator %(code)s is asked of the same unit by two forms in this period: %(one)s and %(other)s.")
            % {"code": twice.indicator.code, "one": twice.round.form.code, "other": round_.form.code}
        )
