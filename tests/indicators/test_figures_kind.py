"""What a report of figures freezes and what its approval writes; figures come back exactly on both databases."""

import json
import random
from decimal import Decimal

import pytest

from indicators import drafts, figures_kind
from indicators.drafts import Cell, cells_of
from indicators.models import Entry, Observation, Revision
from indicators.sealing import canonical, sha256
from indicators.validation import expected_cells
from tests.factories import cell, indicator, ratio, type_in, unit

PLAIN = {"asks_sign_off": False, "asks_verification": False}
EVERYTHING = Cell(
    state="reported",
    value=Decimal("53.80"),
    numerator=Decimal(7),
    denominator=Decimal(13),
    text="",
    decimals=2,
    qualifier="nearly",
    status="provisional",
    note="Theo biên bản “số 5”",
)


@pytest.fixture
def submission(province):
    return province.submission(ratio("XH.01"), indicator("HT.01"), **PLAIN)


def frozen(submission):
    return canonical(figures_kind.content(submission))


# --- What is frozen


def test_the_content_says_everything_of_the_report_in_plain_json(province, submission):
    submission = type_in(submission, EVERYTHING, cell(state="not_applicable"), by=province.reporter)
    (line, subject), (other, _) = expected_cells(submission)
    unsaid = {"value": None, "numerator": None, "denominator": None, "text": "", "decimals": 0, "qualifier": ""}
    assert json.loads(frozen(submission)) == {
        "submission": submission.pk,
        "form": "01/CĐS",
        "period": submission.round.period.label,
        "unit": province.department.pk,
        "cells": [
            {
                "line": line,
                "indicator": "XH.01",
                "subject": subject,
                "state": "reported",
                "value": "53.8",
                "numerator": "7",
                "denominator": "13",
                "text": "",
                "decimals": 2,
                "qualifier": "nearly",
                "status": "provisional",
                "note": "Theo biên bản “số 5”",
            },
            unsaid
            | {
                "line": other,
                "indicator": "HT.01",
                "subject": subject,
                "state": "not_applicable",
                "status": "official",
                "note": "",
            },
        ],
        "evidence": [],
    }


def test_the_canonical_text_is_stable_sorted_and_keeps_vietnamese_letters():
    text = canonical({"b": [1, {"z": None, "a": "Đoàn Kết"}], "a": "53,8 %"})
    assert text == '{"a":"53,8 %","b":[1,{"a":"Đoàn Kết","z":null}]}'
    assert canonical(json.loads(text)) == text
    assert sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_order_of_typing_leaves_no_trace_in_the_content(province):
    for name in ("Bum Tở", "Mù Cả", "Tà Tổng"):
        unit(name, "commune", parent=province.root)
    asked = [indicator("HT.02"), indicator("HT.01")]
    submission = province.submission(*asked, subject="each_commune", **PLAIN)
    places = list(expected_cells(submission))
    texts = set()
    for seed in range(3):
        Entry.objects.filter(submission=submission).delete()
        for place in random.Random(seed).sample(places, len(places)):
            submission.refresh_from_db()
            typed = {place: cell(str(places.index(place)))}
            drafts.save(submission, typed, by=province.reporter, version=submission.version)
        texts.add(frozen(submission))
    (text,) = texts
    assert [(c["line"], c["subject"]) for c in json.loads(text)["cells"]] == places
    assert [c["value"] for c in json.loads(text)["cells"]] == ["0", "1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (cell("5"), cell("5"), True),
        (cell("1E+3", decimals=0), cell("1000"), True),
        (cell("53.80"), cell("53.8"), False),  # as written: two decimals and one (domain.md 12)
        (cell("400", qualifier="nearly"), cell("400"), False),
        (cell("400", status="estimate"), cell("400"), False),
        (cell("0"), cell(state="not_available"), False),
        (cell("0"), cell(), False),
    ],
)
def test_equal_content_has_an_equal_hash_and_any_difference_another(province, submission, one, other, is_same):
    first = sha256(frozen(type_in(submission, one, by=province.reporter)))
    second = sha256(frozen(type_in(submission, other, by=province.reporter)))
    assert (first == second) is is_same


def test_a_cell_that_was_emptied_is_frozen_like_one_never_touched(province, submission):
    untouched = frozen(submission)
    submission = type_in(submission, cell("5"), by=province.reporter)
    submission = type_in(submission, cell(), by=province.reporter)
    assert Entry.objects.count() == 1
    assert frozen(submission) == untouched


# --- What an approval writes


def test_an_approval_writes_an_observation_of_every_cell_as_it_was_said(province, submission, clock):
    at = clock.set(2026, 9, 15, 16, 20)
    reason = "Nguồn không nêu số"
    entries = EVERYTHING, cell(state="not_available", note=reason)
    submission = type_in(submission, *entries, by=province.reporter)
    province.walk(submission, "submit", "approve")
    said, unavailable = Observation.objects.order_by("-indicator__code")
    assert (said.value, said.numerator, said.denominator) == (Decimal("53.8"), 7, 13)
    assert (said.decimals, said.qualifier, said.status, said.state) == (2, "nearly", "provisional", "reported")
    assert (said.explanation, said.text) == ("Theo biên bản “số 5”", "")
    assert (said.subject, said.reporter, said.contributes) == (province.root, province.department, True)
    assert (said.period, said.definition) == (submission.round.period, said.indicator.definitions.get())
    assert (said.submission, said.revision) == (submission, Revision.objects.get())
    assert (said.approved_at, said.superseded_at, said.published_at, said.unpublished_at) == (at, None, at, None)
    assert (unavailable.state, unavailable.value, unavailable.explanation) == ("not_available", None, reason)


def test_a_form_with_a_publication_step_approves_without_publishing(province):
    submission = province.submission(indicator("HT.01"), asks_publication=True, **PLAIN)
    submission = type_in(submission, cell("5"), by=province.reporter)
    province.walk(submission, "submit", "approve")
    assert Observation.objects.get().published_at is None


# --- Twelve digits, wherever the decimal point stands

EDGES = [
    "999999999999",
    "-999999999999",
    "999999.999999",
    "-999999.999999",
    "123456.789012",
    "99999999999.9",
    "100000000000",
    "0.000001",
    "0.1",
    "0",
]


@pytest.mark.parametrize("figure", EDGES)
def test_an_entry_of_twelve_digits_is_stored_approved_and_read_back_exactly(province, figure):
    asked = indicator("HT.01", decimals=6, lower_bound=None)
    submission = type_in(province.submission(asked, **PLAIN), cell(figure), by=province.reporter)
    assert Entry.objects.get().value == Decimal(figure)
    (read_back,) = cells_of(submission).values()
    assert read_back.as_json() == cell(figure).as_json()
    province.walk(submission, "submit", "approve")
    assert Observation.objects.get().value == Decimal(figure)
    assert json.loads(Revision.objects.get().content)["cells"][0]["value"] == f"{Decimal(figure):f}"


@pytest.mark.parametrize("figure", EDGES)
def test_saving_again_what_was_read_back_is_no_change(province, figure):
    """A figure that came back from the database a digit off would be a change that nobody made."""
    asked = indicator("HT.01", decimals=6, lower_bound=None)
    submission = type_in(province.submission(asked, **PLAIN), cell(figure), by=province.reporter)
    saved = drafts.save(submission, cells_of(submission), by=province.reporter, version=submission.version)
    assert (saved.changed, saved.conflicts) == (0, {})
    saved = drafts.save(
        submission,
        dict.fromkeys(cells_of(submission), cell(figure)),
        by=province.reporter,
        version=submission.version,
    )
    assert saved.changed == 0


def test_parts_of_twelve_digits_are_kept_exactly_too(province):
    parts = ("999999999998", "999999999999")
    submission = type_in(province.submission(ratio("XH.01"), **PLAIN), cell("99.9", of=parts), by=province.reporter)
    province.walk(submission, "submit", "approve")
    observation = Observation.objects.get()
    assert (str(observation.numerator.normalize()), str(observation.denominator.normalize())) == parts
