"""Statuses and reasons in words and shapes: only what was compared has a colour."""

import re

import pytest
from django.conf import settings
from django.utils import translation

from reporting import wording
from reporting.figures import Reason, Standing, Status

SHEET = (settings.ROOT / "static" / "site.css").read_text(encoding="utf-8")
SAID_BY_THE_PLACE = {Reason.NO_FIGURE, Reason.NO_TARGET}  # its status says it


def test_every_status_has_a_word_and_a_class_of_its_own_but_for_the_two_that_mean_met() -> None:
    with translation.override("en"):
        said = [wording.of_status(status) for status in Status]
    assert len({word for _class, word in said}) == len(Status)
    assert len({name for name, _word in said}) == len(Status) - 1


@pytest.mark.parametrize("status", Status)
def test_every_class_is_drawn_as_a_shape(status: Status) -> None:
    name = wording.of_status(status)[0]
    plain = {"on-path"}  # the disc that every status begins as
    assert name in plain or re.search(rf"\.status:?[^{{]*\.?{name}[^{{]*::before", SHEET)


def test_no_standing_alone_has_a_colour() -> None:
    assert {wording.of_standing(s)[0] for s in Standing} == {"no-data", "no-target", "not_applicable"}
    missing = {s for s in Standing if wording.of_standing(s)[0] == "no-data"}
    assert missing == {Standing.MISSING, Standing.NOT_AVAILABLE}


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_a_sentence_unless_its_place_says_it(reason: Reason) -> None:
    with translation.override("en"):
        said = wording.of_reason(reason)
    assert said.endswith(".") is (reason not in SAID_BY_THE_PLACE)
