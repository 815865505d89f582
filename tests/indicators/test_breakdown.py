"""Who sees which unit reported what (domain.md 41): the one check, and the query that asks it."""

import pytest

from indicators.models import Breakdown, Membership, Observation, Reader, User
from tests import people
from tests.factories import Province, cell, indicator, perform, type_in, unit

OF_STATE, OF_NOBODY = Reader(works_for_state=True), Reader()
VERIFIER = Reader(reviews=True)


@pytest.mark.parametrize(
    ("rule", "reader", "companies", "expected"),
    [
        ("public", OF_NOBODY, None, True),
        ("public", OF_NOBODY, 0, False),
        ("public", OF_NOBODY, 1, False),
        ("public", OF_NOBODY, 2, False),
        ("public", OF_NOBODY, 3, True),
        ("public", OF_STATE, 1, True),
        ("state", OF_STATE, None, True),
        ("state", OF_NOBODY, None, False),
        ("state", OF_NOBODY, 9, False),
        ("unit", OF_STATE, None, False),
        ("unit", VERIFIER, None, True),
        ("state", VERIFIER, 1, True),
    ],
)
def test_the_one_check(rule: str, reader: Reader, companies: int | None, expected: bool) -> None:
    assert reader.sees_all(rule, companies=companies) == expected


@pytest.fixture
def companies(province: Province):
    return [unit(name, "company", parent=province.root) for name in ("VNPT", "Viettel", "MobiFone")]


def officer(of) -> User:
    name = f"officer {of.pk}"
    return User.objects.filter(username=name).first() or people.person(name, of, "reporter")


def approve(province: Province, code: str, units, rule: str) -> None:
    """Each unit's figure of its own is approved, and published with it."""
    asked = indicator(code, source_kind="company", breakdown=rule)
    made = province.round(asked, units=list(units), subject="self", asks_sign_off=False, asks_verification=False)
    for report in made.submissions.order_by("pk"):
        by = officer(report.unit)
        report = type_in(report, cell("5"), by=by)
        perform("approve", perform("submit", report, by=by), by=province.approver)


def seen_by(user: User) -> set[str]:
    rows = Observation.objects.visible_to(user).order_by("pk")
    return {f"{row.indicator.code} {row.reporter.codes.get().code}" for row in rows}


class TestRowsVisibleTo:
    @pytest.fixture(autouse=True)
    def _approved(self, province, companies):
        for rule in Breakdown:
            approve(province, rule.value, companies, rule.value)
        approve(province, "few", companies[:2], "public")

    def everything(self) -> set[str]:
        of_all = {f"{rule.value} {name}" for rule in Breakdown for name in ("VNPT", "Viettel", "MobiFone")}
        return of_all | {"few VNPT", "few Viettel"}

    def test_a_company_are_its_own_and_public_ones_of_enough_suppliers(self, companies):
        assert seen_by(officer(companies[0])) == {
            "public VNPT",
            "public Viettel",
            "public MobiFone",
            "state VNPT",
            "unit VNPT",
            "few VNPT",
        }

    def test_a_state_body_are_all_but_those_of_the_units_alone(self, province):
        assert seen_by(province.leader) == {row for row in self.everything() if not row.startswith("unit")}

    def test_who_works_nowhere_are_public_ones_of_enough_suppliers(self, province):
        assert seen_by(people.person("guest")) == {"public VNPT", "public Viettel", "public MobiFone"}

    def test_a_reviewer_and_a_superuser_are_all(self, province):
        assert seen_by(province.verifier) == self.everything()
        assert seen_by(people.superuser()) == self.everything()

    def test_a_former_member_are_those_of_a_stranger(self, province, companies):
        former = officer(companies[0])
        Membership.objects.filter(user=former).update(valid_until="2020-01-01")
        assert seen_by(former) == {"public VNPT", "public Viettel", "public MobiFone"}
