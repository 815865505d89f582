"""A ranking taken along: places as numbers, and who holds none in rows without one."""

from django.urls import reverse

from tests.reporting.exports.books import columns_of, head_of, records_of, rows_of, sheet_of
from tests.reporting.test_ranking import Q3, Contest, contest

__all__ = ["contest"]


def taken(contest: Contest, ending: str, **query):
    asked = {"indicator": "XH.02", "period": Q3.label} | query
    return contest.site.client.get(reverse(f"ranking_{ending}"), asked)


def test_places_are_numbers_and_units_without_one_stand_apart(contest: Contest) -> None:
    contest.report(contest.ranked(), "410", {"of": ("300", "1000"), "status": "estimate"}, "228")
    first, last, apart = rows_of(sheet_of(taken(contest, "xlsx")))
    assert (first["Rank"], first["Units ranked"], first["Unit"], first["Figure"]) == (1, 2, "Xã A", 41)
    assert last["In words"] == "Rank 2 of 2; without data: 0"
    assert ("Rank" in apart, apart["Unit"], apart["Status of the figure"]) == (False, "Xã B", "Estimate")
    assert apart["Why it is not ranked"] == "An estimate; the official figure is still to come."


def test_field_formula_and_rule_stand_above(contest: Contest) -> None:
    contest.report(contest.ranked(), "410", "657", None)
    above = head_of(sheet_of(taken(contest, "xlsx")))
    assert "Commune, ward or township: 2 units are ranked; without data: 1." in above
    assert "Số hộ được phủ / Tổng số hộ · the greatest is first" in above
    assert any(line.startswith("No movement is shown") for line in above)


def test_where_there_is_none_the_file_says_why(contest: Contest) -> None:
    contest.report(contest.ranked(direction="none"), "410", "657", "228")
    said = [line[0] for line in records_of(taken(contest, "csv")) if line]
    assert said[-1].startswith("Neither more nor less is better")
    assert "Rank" in columns_of(sheet_of(taken(contest, "xlsx")))


def test_there_is_no_file_of_nothing(contest: Contest) -> None:
    assert taken(contest, "csv", indicator="").status_code == 404
    contest.report(contest.ranked(), "410", "657", "228")
    assert taken(contest, "csv", period="never").status_code == 404
