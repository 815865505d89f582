"""What a reader may not see is not in the report either: drafts, remarks, what waits for publication, and what
other units wrote where their words are not for everybody (domain.md 36, 41)."""

import pytest

from indicators.models import Breakdown, Indicator, Submission, User
from tests import people
from tests.factories import cell, indicator, perform, type_in, unit
from tests.reporting.conftest import Site
from tests.reporting.report.reading import opened, take

HIDDEN, SPELT = "987654321", "987.654.321"
WRITTEN, REMARK = "Lời của Sở", "Ý kiến của người thẩm định"


def prose(code: str, **facts) -> Indicator:
    usual = {"value_kind": "text", "unit_of_measure": "", "over_units": "none", "lower_bound": None}
    made = indicator(code, source_kind="", **usual | facts)
    made.programme_places.all().delete()
    return made


def typed(site: Site, *asked: Indicator, **facts) -> Submission:
    submission = site.province.submission(*asked, **facts)
    written = (cell(HIDDEN), cell(state="reported", text=WRITTEN))
    return type_in(submission, *written, by=site.province.reporter)


def leaked(site: Site, **query) -> list[str]:
    told = opened(take(site, **query)).text
    return [each for each in (HIDDEN, SPELT, WRITTEN, REMARK) if each in told]


@pytest.mark.parametrize("moves", [(), ("submit", "sign"), ("submit", "sign", "verify")])
def test_a_draft_and_a_report_on_its_way_are_not_in_it(site: Site, moves: tuple[str, ...]) -> None:
    site.province.walk(typed(site, indicator("HT.01"), prose("TM.01")), *moves)
    assert leaked(site, figures="latest") == []


def test_remarks_of_reviewers_are_not_in_it(site: Site) -> None:
    report = site.province.walk(typed(site, indicator("HT.01"), prose("TM.01")), "submit", "sign")
    returned = perform("return", report, by=site.province.verifier, comment=REMARK)
    site.province.walk(returned, "submit", "sign", "verify", "approve")
    assert leaked(site) == [SPELT, WRITTEN]


def test_what_waits_for_its_publication_is_for_those_who_may_see_it(site: Site) -> None:
    site.province.walk(
        typed(site, indicator("HT.01"), prose("TM.01"), asks_publication=True),
        "submit",
        "sign",
        "verify",
        "approve",
    )
    assert leaked(site) == []
    assert leaked(site, figures="latest") == [SPELT, WRITTEN]
    site.log_in(site.province.outsider)
    assert leaked(site, figures="latest") == []


def of_a_company(site: Site) -> User:
    return people.person("of VNPT", unit("VNPT", "company", parent=site.province.root), "reporter")


@pytest.mark.parametrize(
    ("rule", "seen"),
    [
        (Breakdown.PUBLIC, {"verifier", "leader", "company"}),
        (Breakdown.STATE, {"verifier", "leader"}),
        (Breakdown.UNIT, {"verifier"}),
    ],
)
def test_prose_is_read_by_whom_its_breakdown_allows(site: Site, rule: Breakdown, seen: set[str]) -> None:
    written = typed(site, indicator("HT.01"), prose("TM.01", breakdown=rule))
    site.province.walk(written, "submit", "sign", "verify", "approve")
    readers = {"verifier": site.province.verifier, "leader": site.province.leader, "company": of_a_company(site)}
    found = set()
    for name, reader in readers.items():
        site.log_in(reader)
        found |= {name} if WRITTEN in leaked(site) else set()
    assert found == seen


def test_why_a_unit_is_behind_stays_with_it_where_its_words_are_not_for_everybody(site: Site, aim, begin) -> None:
    asked, units = indicator("HT.01", breakdown=Breakdown.UNIT), [site.province.department, site.province.sister]
    begin(asked, 2020, "0")
    aim(asked, 2026, "20000")
    made = site.province.round(asked, units=units, subject="self")
    for each in units:
        site.approve(made.submissions.get(unit=each), cell("1", note=WRITTEN))
    assert leaked(site) == []
