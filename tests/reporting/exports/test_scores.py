"""Scores taken along: points as numbers, the three scores side by side, and every component of one unit."""

from django.urls import reverse

from tests.reporting.exports.books import columns_of, head_of, records_of, rows_of, sheet_of
from tests.reporting.test_scores import NOT_HERE, Contest, contest

__all__ = ["contest"]


def taken(contest: Contest, ending: str, **query):
    return contest.site.client.get(reverse(f"score_{ending}", args=["DTI-XA"]), query)


def taken_of(contest: Contest, code: str, ending: str):
    return contest.site.client.get(reverse(f"unit_score_{ending}", args=["DTI-XA", code]))


def test_places_and_points_are_numbers_and_who_holds_none_comes_last(contest: Contest) -> None:
    contest.issue()
    contest.report(("500", "1"), ("900", NOT_HERE), None)
    first, second, apart = rows_of(sheet_of(taken(contest, "xlsx")))
    assert (first["Rank"], first["Units ranked"], first["Unit"], first["Score that counts"]) == (1, 2, "Xã B", 54)
    assert (first["Maximum of the unit"], first["Points on the full scale"], first["Level"]) == (60, 90, "Tốt")
    assert (second["Self-assessed score"], second["Verified score"]) == (70, 70)
    assert ("Rank" in apart, "Score that counts" in apart, apart["Unit"]) == (False, False, "Xã C")
    assert apart["Why it is not ranked"] == "No figure of the set is known."


def test_set_field_and_movement_stand_above(contest: Contest) -> None:
    contest.issue()
    contest.report(("500", "1"), ("1000", "1"), None)
    above = head_of(sheet_of(taken(contest, "xlsx")))
    assert "Version 1 of the set" in above
    assert "Commune, ward or township" in above
    assert "2 units are ranked; without data: 1." in above
    assert any(line.startswith("No movement is shown") for line in above)


def test_where_there_is_no_ranking_the_file_says_why_and_holds_the_units(contest: Contest) -> None:
    contest.set.is_ranked = False
    contest.set.save()
    contest.issue()
    contest.report(("500", "1"), ("1000", "1"), None)
    said = [cell for line in records_of(taken(contest, "csv")) for cell in line]
    assert "There is no ranking here. Whoever issued the set has not switched a ranking on." in said
    assert {"Xã A", "Xã B", "Xã C"} <= set(said)
    assert "Rank" in columns_of(sheet_of(taken(contest, "xlsx")))


def test_a_unit_s_file_holds_every_component_with_its_working(contest: Contest) -> None:
    contest.issue()
    contest.report(("500", "1"), ("900", NOT_HERE), None)
    group, ratio, answer, whole = rows_of(sheet_of(taken_of(contest, "A", "xlsx")))
    assert (group["Code"], group["Score that counts"], group["Maximum of the unit"]) == ("1", 70, 100)
    assert (ratio["Worked out"], ratio["Figures"]) == ("500/1.000 × 60 = 30", "CX.1: 50,0%")
    assert answer["Figures"] == "CX.2: Yes"
    assert (whole["Group or component"], whole["Score that counts"], whole["Rule"]) == ("Whole score", 70, "Khá")
    *_rest, left_out, _whole = rows_of(sheet_of(taken_of(contest, "B", "xlsx")))
    assert left_out["Why there are no points"] == "Does not apply to the unit; its points leave the maximum."


def test_there_is_no_file_of_nothing(contest: Contest) -> None:
    assert taken(contest, "csv").status_code == 404
    contest.issue()
    assert taken_of(contest, "Z", "csv").status_code == 404


def test_text_that_looks_like_a_formula_stays_text(contest: Contest) -> None:
    contest.change("1.1", name="=1+1")
    contest.issue()
    contest.report(("500", "1"), ("1000", "1"), None)
    cells = [cell for line in records_of(taken_of(contest, "A", "csv")) for cell in line]
    assert "=1+1" not in cells
    assert "'=1+1" in cells
