"""The whole check, streamed: each broken report with the first break of its history, each broken seal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain as one_after_another

from django.utils.translation import gettext as _

from ..calendars import show_day
from ..models import Seal, Submission, Unit
from . import chain, figures, reading, registers
from .chain import History, Replay
from .reading import SealedFact
from .seals import Head, seal_hash


@dataclass
class Counts:
    reports: int = 0
    events: int = 0
    revisions: int = 0
    observations: int = 0
    seals: int = 0
    broken: int = 0


Found = Iterator[tuple[int, str]]  # the report's number, 0 for a seal itself; the sentence


def verify(tell: Callable[[str], None], *, submission: int | None = None) -> Counts:
    """Tells a sentence for each broken report and seal; of one report its history and what seals hold of it."""
    counts, told = Counts(), set[int]()
    for pk, sentence in one_after_another(_of_reports(counts, submission), _of_seals(counts, submission)):
        if pk and pk in told:
            continue
        tell(sentence)
        told.add(pk)
        counts.broken += 1
    return counts


# --- Reports


def _of_reports(counts: Counts, submission: int | None) -> Found:
    for batch in reading.histories(submission):
        for history in batch:
            counts.reports += 1
            counts.events += len(history.events)
            counts.revisions += len(history.revisions)
            counts.observations += len(history.observations)
            pk = history.submission.pk
            if first_break(history) and (sentence := first_break(reading.history_of(pk))):
                yield pk, _named(history.submission, sentence)


def first_break(history: History) -> str | None:
    """The first thing wrong, events before figures and lists: whatever follows may only follow from it."""
    replay = Replay()
    of_what_was_approved = (figures.faults(history, replay), registers.faults(history, replay))
    for sentence in one_after_another(chain.faults(history, replay), *of_what_was_approved):
        return sentence
    return None


def _named(report: Submission, sentence: str) -> str:
    unit = Unit.objects.with_slice(report.round.period.last_day).get(pk=report.unit_id)
    return _("Report #%(pk)s (%(form)s, %(period)s, %(unit)s): %(sentence)s") % {
        "pk": report.pk,
        "form": report.round.form.code,
        "period": report.round.period,
        "unit": unit,
        "sentence": sentence,
    }


# --- Seals


def _of_seals(counts: Counts, submission: int | None) -> Found:
    if submission is not None:
        for fact in reading.sealed_facts(submission=submission):
            yield from _of_fact(fact)
        return
    heads: _Heads | None = None
    before: Seal | None = None
    for seal in reading.seals():
        heads = heads or _Heads()  # read after the seals: a head too many may be left over, none is missed
        counts.seals += 1
        code = seal_hash(seal, heads.of(seal.number))
        for fact in heads.broken:
            yield from _of_fact(fact)
        if sentence := broken_seal(seal, before, code, heads.count):
            yield 0, sentence
        before = seal


class _Heads:
    """The sealed heads, handed out seal by seal from one pass; those that differ from their events are kept."""

    def __init__(self) -> None:
        self.facts = reading.sealed_facts()
        self.next = next(self.facts, None)
        self.broken: list[SealedFact] = []
        self.count = 0

    def of(self, seal: int) -> Iterator[Head]:
        self.broken, self.count = [], 0
        while self.next is not None and self.next.seal <= seal:
            fact = self.next
            self.count += 1
            if fact.hash != fact.stands:
                self.broken.append(fact)
            yield fact.submission, fact.number, fact.hash
            self.next = next(self.facts, None)


def _of_fact(fact: SealedFact) -> Found:
    said = {"pk": fact.submission, "number": fact.number, "seal": fact.seal, "date": show_day(fact.day)}
    if fact.stands is None:
        yield (
            fact.submission,
            _("Report #%(pk)s: event %(number)s, which seal %(seal)s of %(date)s holds, is gone.") % said,
        )
    elif fact.stands != fact.hash:
        yield (
            fact.submission,
            _("Report #%(pk)s: event %(number)s is not the one that seal %(seal)s of %(date)s holds.") % said,
        )


def broken_seal(seal: Seal, before: Seal | None, code: str, heads: int) -> str | None:
    """`code`: what the seal and its stored heads give now; `heads`: how many of them there are."""
    said = {"number": seal.number, "date": show_day(seal.day), "before": before.number if before else 0}
    if seal.number != (before.number + 1 if before else 1):
        return _("Seal %(number)s of %(date)s: the seal before it is missing; %(before)s is the last one.") % said
    if seal.previous_hash != (before.hash if before else ""):
        return _("Seal %(number)s of %(date)s: it does not follow from seal %(before)s.") % said
    if before and seal.day <= before.day:
        return _("Seal %(number)s of %(date)s: its day does not come after that of seal %(before)s.") % said
    if code != seal.hash or heads != seal.heads:
        return _("Seal %(number)s of %(date)s: it was changed; what it holds does not give its check code.") % said
    return None
