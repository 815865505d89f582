"""What is missing for a unit's report, before its round opens."""

from datetime import date, timedelta

import pytest

from indicators import gaps
from indicators.clock import today
from indicators.gaps import Gap
from indicators.models import Document, Membership, Role, Succession, User
from tests import factories, people
from tests.factories import indicator

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def asked(province):
    holders = {"verify": province.office, "approve": province.root}
    return factories.form(province.department, holders=holders, indicators=[indicator("A")])


def found(asked, **options):
    return {str(each.unit): set(each.gaps) for each in gaps.units_asked(asked, today(), **options)}


def of_department(asked):
    return found(asked)["Sở Khoa học và Công nghệ"]


def test_a_unit_with_all_its_people_lacks_nothing(province, asked):
    assert found(asked) == {"Sở Khoa học và Công nghệ": set()}
    assert gaps.in_words(gaps.units_asked(asked, today())) == []
    assert gaps.fingerprint(gaps.units_asked(asked, today())) == ""


@pytest.mark.parametrize(
    ("who", "gap"),
    [
        ("reporter", Gap.REPORTER),
        ("unit leader", Gap.SIGNER),
        ("verifier", Gap.VERIFIER),
        ("approver", Gap.APPROVER),
    ],
)
def test_an_account_that_is_shut_or_a_membership_that_ended_is_a_gap(asked, who, gap):
    User.objects.filter(username=who).update(is_active=False)
    assert of_department(asked) == {gap}
    User.objects.filter(username=who).update(is_active=True)
    Membership.objects.filter(user__username=who).update(valid_until=today())
    assert of_department(asked) == {gap}
    Membership.objects.filter(user__username=who).update(valid_until=today() + timedelta(days=1))
    assert of_department(asked) == set()


def test_a_step_that_the_form_does_not_ask_is_no_gap(asked):
    Membership.objects.filter(role__in=[Role.SIGNER, Role.VERIFIER]).delete()
    asked.asks_sign_off = asked.asks_verification = False
    assert of_department(asked) == set()


def test_a_step_without_a_holder_is_a_gap(asked):
    asked.step_holders.all().delete()
    assert of_department(asked) == {Gap.VERIFIER, Gap.APPROVER}


def test_a_holder_named_for_one_unit_goes_before_the_one_for_all(province, asked):
    asked.step_holders.create(step="verify", reporting_unit=province.department, holder=province.sister)
    assert of_department(asked) == {Gap.VERIFIER}
    Membership.objects.create(user=people.person("other verifier"), unit=province.sister, role=Role.VERIFIER)
    assert of_department(asked) == set()


def test_people_of_the_unit_itself_cannot_verify_its_report(province, asked):
    Membership.objects.create(user=province.verifier, unit=province.department, role=Role.READER)
    assert of_department(asked) == {Gap.VERIFIER}


def test_for_figures_of_the_past_the_people_of_the_successor_enter(province, asked):
    ended = factories.unit("Sở Thông tin và Truyền thông", code="LC-STTTT", parent=province.root)
    asked.units.set([ended])
    act = Document.objects.create(name="Nghị quyết 1")
    Succession.objects.create(
        predecessor=ended, successor=province.department, effective_on=date(2025, 3, 1), act=act
    )
    assert found(asked) == {"Sở Thông tin và Truyền thông": {Gap.REPORTER, Gap.SIGNER}}
    assert found(asked, is_archival=True) == {"Sở Thông tin và Truyền thông": set()}


def test_gaps_are_said_one_sentence_a_kind_with_the_units_by_name(province, asked):
    asked.units.add(province.sister, province.office)
    missing = gaps.units_asked(asked, today())
    assert gaps.in_words(missing) == [
        "No account that enters figures: Văn phòng UBND tỉnh.",
        "Nobody who signs off: Sở Tài chính, Văn phòng UBND tỉnh.",
        "Nobody who may verify the report of: Văn phòng UBND tỉnh.",
    ]
    assert [each.words for each in missing][1] == ["nobody who signs off"]


def test_the_fingerprint_changes_with_what_is_missing(province, asked):
    asked.units.add(province.sister)
    before = gaps.fingerprint(gaps.units_asked(asked, today()))
    assert before
    Membership.objects.filter(user=province.outsider).delete()
    assert gaps.fingerprint(gaps.units_asked(asked, today())) not in ("", before)


@pytest.mark.parametrize("n", [1, 3])
def test_takes_as_many_queries_for_three_units_as_for_one(province, asked, n, django_assert_num_queries):
    asked.units.set([province.department, province.sister, province.office][:n])
    with django_assert_num_queries(3):
        assert len(gaps.units_asked(asked, today())) == n
