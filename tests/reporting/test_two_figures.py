"""The reported figure and the reviewer's own, side by side, wherever a reader sees who reported what."""

import json

import pytest

from indicators import assessing, workflow
from indicators.assessing import Own
from indicators.models import Assessment, Observation, Publication, Submission
from indicators.resources import ObservationResource
from indicators.validation import expected_cells
from reporting import frozen, two_figures
from tests.factories import cell, indicator, publish, ratio, type_in

from .conftest import Site, text_of

pytestmark = pytest.mark.django_db
WHY = "Báo cáo của doanh nghiệp cho thấy ít hơn"


def assess(site: Site, submission: Submission, *cells) -> None:
    typed = {key: Own(each, WHY) for key, each in zip(expected_cells(submission), cells, strict=False)}
    assessing.write(submission, typed, by=site.province.verifier, read=workflow.what_stands(submission))


def approved(site: Site, counting: str, *, explanation: str = "", **facts) -> Submission:
    """The province's figure about itself, reported as 14.433 and taken by the reviewer to be 14.000."""
    province = site.province
    facts = {"asks_sign_off": False, "counting_figure": counting} | facts
    submission = province.submission(indicator("HT.01"), **facts)
    type_in(submission, cell("14433"), by=province.reporter)
    province.walk(submission, "submit")
    assess(site, submission, cell("14000"))
    if explanation:
        assessing.explain(submission, {Assessment.objects.get().pk: explanation}, by=province.reporter)
    return province.walk(submission, "verify", "approve")


COUNTED = {
    "reported": f"Reported 14.433 km, which counts; reviewer's own figure 14.000 km. Reason: {WHY}",
    "assessed": f"Reported 14.433 km; reviewer's own figure 14.000 km, which counts. Reason: {WHY}",
}
every_rule = pytest.mark.parametrize("counting", COUNTED)


@every_rule
def test_the_indicator_s_page_shows_both_and_which_one_counts(site: Site, counting: str) -> None:
    approved(site, counting, explanation="Cả tuyến nhánh")
    words = text_of(site.indicator("HT.01"))
    assert COUNTED[counting] in words
    assert "The unit explains: Cả tuyến nhánh" in words


@every_rule
def test_the_unit_s_page_shows_both(site: Site, counting: str) -> None:
    approved(site, counting)
    assert COUNTED[counting] in text_of(site.client.get("/units/LC-SKHCN/"))


def test_the_figure_of_the_province_is_the_one_that_counts(site: Site) -> None:
    approved(site, "assessed")
    assert "14.000 km" in text_of(site.client.get("/summary/"))
    assert "14.433" not in text_of(site.client.get("/summary/"))


def test_where_no_reviewer_has_another_nothing_is_said(site: Site) -> None:
    submission = site.province.submission(indicator("HT.01"), asks_sign_off=False)
    site.province.walk(type_in(submission, cell("1"), by=site.province.reporter), "submit", "verify", "approve")
    assert "reviewer's own figure" not in text_of(site.indicator("HT.01"))
    assert two_figures.of(Observation.objects.get()) is None


@every_rule
def test_a_publication_freezes_both(site: Site, counting: str) -> None:
    submission = approved(site, counting, explanation="Cả tuyến nhánh", asks_publication=True)
    made = publish(submission.round, by=site.province.publisher)
    (said,) = json.loads(made.content)["figures"]
    assert said["written"]["value"] == {"reported": "14433", "assessed": "14000"}[counting]
    assert said["written"]["assessed"] == {
        "own_counts": counting == "assessed",
        "reported": figure("14433"),
        "own": figure("14000"),
        "reason": WHY,
        "explanation": "Cả tuyến nhánh",
    }
    words = text_of(site.client.get(f"/publications/{made.pk}/"))
    assert COUNTED[counting] in words
    assert "The unit explains: Cả tuyến nhánh" in words


def figure(value: str) -> dict:
    words = {"state": "reported", "text": "", "decimals": 0, "qualifier": "", "status": "official"}
    return words | {"value": value, "numerator": None, "denominator": None}


def test_what_was_published_before_there_was_such_a_thing_is_read_as_before(site: Site) -> None:
    submission = site.province.submission(indicator("HT.01"), asks_sign_off=False, asks_publication=True)
    site.province.walk(type_in(submission, cell("1"), by=site.province.reporter), "submit", "verify", "approve")
    publish(submission.round, by=site.province.publisher)
    made = Publication.objects.get()
    assert "assessed" not in made.content
    assert [row.two for row in frozen.read(made).rows] == [None]


def test_a_ratio_shows_both_with_their_own_decimals(site: Site) -> None:
    submission = site.province.submission(ratio("XH.01"), asks_sign_off=False, counting_figure="assessed")
    type_in(submission, cell("53.8", of=("7", "13")), by=site.province.reporter)
    site.province.walk(submission, "submit")
    assess(site, submission, cell("46.2", of=("6", "13")))
    site.province.walk(submission, "verify", "approve")
    assert "Reported 53,8%; reviewer's own figure 46,2%, which counts." in text_of(site.indicator("XH.01"))


def test_what_could_not_be_collected_is_said_so_beside_the_reviewer_s_figure(site: Site) -> None:
    submission = site.province.submission(indicator("HT.01"), asks_sign_off=False, counting_figure="assessed")
    type_in(submission, cell(state="not_available", note="Chưa có"), by=site.province.reporter)
    site.province.walk(submission, "submit")
    assess(site, submission, cell("12"))
    site.province.walk(submission, "verify", "approve")
    assert "Reported No data; reviewer's own figure 12 km, which counts." in text_of(site.indicator("HT.01"))


def test_the_export_of_approved_figures_holds_both(site: Site) -> None:
    approved(site, "assessed")
    (row,) = ObservationResource().export(Observation.objects.order_by("pk")).dict
    assert (row["value"], row["reported_value"], row["own_value"]) == ("14000", "14433", "14000")
    assert row["own_reason"] == WHY
