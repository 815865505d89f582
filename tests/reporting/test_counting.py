"""Indicators counted from registers: at their cut-off, beside what was reported, and never a silent zero."""

import pytest

from indicators.calendars import quarter
from indicators.models import Indicator, RegisterCount
from tests import factories, lists
from tests.factories import cell, type_in
from tests.indicators.pages import browser, seen
from tests.lists import approve, facts, list_form, submission, write

THIRD, FOURTH = quarter(2025, 3), quarter(2025, 4)
NUMBER = {"unit_of_measure": "nền tảng", "over_units": "none", "over_time": "stock"}


@pytest.fixture
def kept(province):
    return lists.register()


@pytest.fixture
def asked(province, kept):
    return list_form(province, kept)


@pytest.fixture
def platforms(province, kept) -> Indicator:
    """How many platforms serve government, asked for at two cut-offs."""
    made = factories.indicator("NT.02", name="Số nền tảng phục vụ chính quyền", group="NT", **NUMBER)
    RegisterCount.objects.create(indicator=made, register=kept, audience="government")
    return made


@pytest.fixture
def connected(province, kept) -> Indicator:
    made = factories.ratio("DL.02", name="Tỷ lệ kết nối LGSP", group="DL")
    RegisterCount.objects.create(indicator=made, register=kept, part="numerator", via_lgsp=True)
    RegisterCount.objects.create(indicator=made, register=kept, part="denominator")
    return made


def asked_at(province, window, *indicators):
    """Rounds that publish on approval: one figure is reported, so that the period is one that pages open on."""
    other = Indicator.objects.filter(code="HT.01").first() or factories.indicator("HT.01")
    report = province.submission(other, *indicators, window=window)
    return type_in(report, cell("1"), by=province.reporter)


def row_of(client, code: str, window):
    page = client.get(f"/indicators/{code}/", {"period": window.label}).context["page"]
    return page.figures.row


@pytest.fixture
def listed(province, asked):
    """Of 13 applications 7 are connected at the third quarter."""
    report = submission(province, asked, window=THIRD)
    rows = {
        f"A{n:02}": facts(report, f"Ứng dụng {n}", audience="government", via_lgsp=n <= 7) for n in range(1, 14)
    }
    return approve(province, report, **rows)


def test_a_ratio_prints_with_its_counts(province, listed, connected):
    asked_at(province, THIRD, connected)
    client = browser(province.leader)
    row = row_of(client, "DL.02", THIRD)
    assert (str(row.shown), row.shown.parts, row.is_counted) == ("53,8%", "7/13", True)
    assert (row.shown.coverage.n, row.shown.coverage.m) == (1, 1)
    page = seen(client.get("/summary/", {"period": THIRD.label}))
    assert "53,8% 7/13 counted from the register" in page
    assert "Counted from the rows of a register; nobody reported it by hand." in seen(
        client.get("/indicators/DL.02/", {"period": THIRD.label})
    )


def test_a_count_leads_to_just_its_rows(province, listed, connected):
    asked_at(province, THIRD, connected)
    client = browser(province.leader)
    part, whole = row_of(client, "DL.02", THIRD).counted.counts[::-1]
    assert [count.part for count in (part, whole)] == ["numerator", "denominator"]
    assert len(client.get(part.address).context["page"].rows) == part.counted.n == 7
    assert len(client.get(whole.address).context["page"].rows) == whole.counted.n == 13


def test_taking_a_thing_off_changes_the_next_cut_off_and_not_the_last(province, asked, listed, platforms):
    later = submission(province, asked, window=FOURTH)
    write(later, by=province.reporter, A01="off")
    for window in (THIRD, FOURTH):
        asked_at(province, window, platforms)
    client = browser(province.leader)

    def counted() -> list[str]:
        return [str(row_of(client, "NT.02", window).shown) for window in (THIRD, FOURTH)]

    assert counted() == ["13 nền tảng", "13 nền tảng"]
    later = province.walk(later, "submit", "sign", "verify")
    assert counted() == ["13 nền tảng", "13 nền tảng"]
    province.walk(later, "approve")
    assert counted() == ["13 nền tảng", "12 nền tảng"]


def test_without_any_approved_list_there_is_no_figure(province, asked, platforms):
    report = submission(province, asked, window=FOURTH)
    write(report, by=province.reporter, A=facts(report, "A", audience="government"))
    asked_at(province, THIRD, platforms)
    row = row_of(browser(province.leader), "NT.02", THIRD)
    assert (row.counted, row.shown.is_empty) == (None, True)


def test_an_approved_list_without_a_row_counts_none(province, asked, platforms):
    province.walk(submission(province, asked, window=THIRD), "submit", "sign", "verify", "approve")
    asked_at(province, THIRD, platforms)
    assert str(row_of(browser(province.leader), "NT.02", THIRD).shown) == "0 nền tảng"


def test_no_ratio_over_nothing(province, asked, connected):
    province.walk(submission(province, asked, window=THIRD), "submit", "sign", "verify", "approve")
    asked_at(province, THIRD, connected)
    row = row_of(browser(province.leader), "DL.02", THIRD)
    assert (row.counted.shown, row.shown.is_empty) == (None, True)


def test_what_does_not_say_is_no_zero(province, asked, platforms):
    """Five platforms are named, and of none is it said whom it serves."""
    report = submission(province, asked, window=THIRD)
    approve(province, report, **{c: facts(report, c) for c in "ABCDE"})
    asked_at(province, THIRD, platforms)
    row = row_of(browser(province.leader), "NT.02", THIRD)
    assert (row.counted.shown, row.counted.undecided, row.shown.is_empty) == (None, 5, True)


def test_the_reported_figure_stays_and_the_rest_is_said(province, asked, platforms):
    report = submission(province, asked, window=THIRD)
    approve(province, report, **{c: facts(report, c) for c in "ABCDE"})
    figures = province.submission(platforms, window=THIRD)
    province.walk(type_in(figures, cell("10"), by=province.reporter), "submit", "sign", "verify", "approve")
    client = browser(province.leader)
    assert str(row_of(client, "NT.02", THIRD).shown) == "10 nền tảng"
    rest = "Reported: 10; in the register: 0; not explained by the register: 10."
    apart = "5 rows of the register do not say what was asked, and are listed apart."
    for address in ("/indicators/NT.02/", "/summary/"):
        page = seen(client.get(address, {"period": THIRD.label}))
        assert rest in page, address
        assert apart in page, address


def test_what_agrees_is_said_to_agree(province, listed, platforms, connected):
    figures = province.submission(platforms, connected, window=THIRD)
    type_in(figures, cell("13"), cell("53.8", of=("7", "13")), by=province.reporter)
    province.walk(figures, "submit", "sign", "verify", "approve")
    client = browser(province.leader)
    for code in ("NT.02", "DL.02"):
        row = row_of(client, code, THIRD)
        assert (row.is_counted, row.counted.sentences) == (
            False,
            ("The reported figure agrees with the register.",),
        )


def test_a_list_that_was_not_renewed_says_of_which_cut_off_it_is(province, listed, platforms):
    asked_at(province, FOURTH, platforms)
    row = row_of(browser(province.leader), "NT.02", FOURTH)
    assert str(row.shown) == "13 nền tảng"
    assert row.counted.sentences == ("The last approved list is of the cut-off 14/09/2025.",)


def test_yes_where_there_is_such_a_row(province, asked, kept):
    yes_no = {"value_kind": "yes_no", "unit_of_measure": "", "over_units": "none", "lower_bound": None}
    made = factories.indicator("NT.01", group="NT", yes_words="đã vận hành", no_words="chưa vận hành", **yes_no)
    RegisterCount.objects.create(indicator=made, register=kept, code="PL.LGSP", status="in_use")
    report = submission(province, asked, window=THIRD)
    approve(province, report, **{"PL.LGSP": facts(report, "LGSP", status="trial"), "B": facts(report, "B")})
    later = submission(province, asked, window=FOURTH)
    approve(province, later, **{"PL.LGSP": facts(later, "LGSP", status="in_use")})
    client = browser(province.leader)
    for window, words in ((THIRD, "chưa vận hành"), (FOURTH, "đã vận hành")):
        asked_at(province, window, made)
        assert row_of(client, "NT.01", window).shown.words == words


def test_as_known_before_the_list_was_approved(province, listed, platforms):
    asked_at(province, THIRD, platforms)
    page = browser(province.leader).get("/indicators/NT.02/", {"period": THIRD.label, "as_of": "2020-01-01"})
    assert page.context["page"].figures.row.counted is None


@pytest.mark.parametrize("n", [1, 3])
def test_a_counted_line_costs_as_much_however_long_the_list(province, asked, platforms, after_an_approval, n):
    report = submission(province, asked, window=THIRD)
    approve(province, report, **{f"A{i}": facts(report, audience="government") for i in range(n)})
    asked_at(province, THIRD, platforms)
    client = browser(province.leader)
    after_an_approval(10, lambda: client.get("/summary/", {"period": THIRD.label}))
