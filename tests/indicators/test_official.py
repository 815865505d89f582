"""The official sheet: issuing body, number, place and day, and the signature block of each kind of unit."""

from datetime import date

import pytest

from indicators import behalf, official
from indicators.models import Membership, User
from indicators.permissions import standing
from tests import factories, people
from tests.factories import cell, enter_on_behalf, indicator, perform, type_in
from tests.indicators.test_signed_papers import attach

pytestmark = pytest.mark.usefixtures("english", "media")
FOR = "FOR THE PEOPLE'S COMMITTEE"


@pytest.fixture(autouse=True)
def _in_february(clock) -> None:
    clock.set(2026, 2, 4, 9, 42)


def unit_of(province, kind: str, **facts):
    """A unit of a kind, with one who enters and one who signs."""
    made = factories.unit(facts.pop("name", "Xã Mường Than"), kind, code="X1", parent=province.root)
    reporter = people.person("typist", made, "reporter")
    signer = people.person("Lò Văn Pâng", made, "signer")
    signer.memberships.update(**facts)
    return made, reporter, signer


def sheet(submission):
    events = list(reversed(behalf.events_of(submission)))
    day = submission.round.period.last_day
    named = submission.unit.__class__.objects.with_slice(day).get(pk=submission.unit_id)
    act = behalf.OnBehalf.objects.that_stands(submission).first()
    of_hand_in = [] if submission.is_editable else events
    signers = standing(User.objects.order_by("pk")[0], submission).signers
    return official.official(official.desk(named, day), of_hand_in, act=act, signers=signers)


def signed(province, kind: str, **facts):
    made, reporter, signer = unit_of(province, kind, **facts)
    report = province.round(indicator("HT.01"), units=[made], subject="self").submissions.get()
    report = perform("submit", type_in(report, cell("1"), by=reporter), by=reporter)
    return sheet(perform("sign", report, by=signer))


# --- The block


@pytest.mark.parametrize(
    ("kind", "facts", "block"),
    [
        ("commune", {"capacity": "head", "title": "Chủ tịch"}, (FOR, "CHỦ TỊCH")),
        ("commune", {"capacity": "head"}, (FOR, "CHAIRPERSON")),
        ("commune", {"capacity": "deputy", "title": "Phó Chủ tịch"}, (FOR, "KT. CHAIRPERSON", "PHÓ CHỦ TỊCH")),
        ("commune", {"capacity": "acting"}, (FOR, "Q. CHAIRPERSON")),
        ("commune", {"capacity": "by_order", "title": "Chánh Văn phòng"}, ("TL. CHAIRPERSON", "CHÁNH VĂN PHÒNG")),
        ("department", {"capacity": "head"}, ("DIRECTOR",)),
        ("department", {"capacity": "deputy", "title": "Phó Giám đốc"}, ("KT. DIRECTOR", "PHÓ GIÁM ĐỐC")),
        ("department", {"capacity": "acting", "title": "Quyền Giám đốc"}, ("Q. DIRECTOR",)),
        ("department", {"capacity": "in_charge", "title": "Phụ trách Sở"}, ("PHỤ TRÁCH SỞ",)),
        ("department", {"capacity": "in_charge"}, ("IN CHARGE OF THE UNIT",)),
        ("company", {"capacity": "deputy", "title": "Phó Giám đốc"}, ("KT. DIRECTOR", "PHÓ GIÁM ĐỐC")),
        ("department", {"title": "Phó Giám đốc"}, ("PHÓ GIÁM ĐỐC",)),  # the capacity was never stated
        ("department", {}, ("DIRECTOR",)),
    ],
)
def test_the_block_is_that_of_the_unit_and_of_the_capacity(province, kind, facts, block):
    made = signed(province, kind, **facts)
    assert (made.block, made.signer) == (block, "Lò Văn Pâng")
    assert made.signed.startswith("Signed off on the system at 04/02/2026 09:42; this does not replace a digital")


def test_an_authorised_signer_stands_under_the_chairperson_and_not_for_the_committee(province):
    days = {"authorised_from": date(2026, 1, 1), "authorised_to": date(2026, 12, 31)}
    document = {"authority_number": "1/GUQ", "authority_date": date(2026, 1, 1)}
    made = signed(province, "commune", capacity="authorised", title="Chánh Văn phòng", **document, **days)
    assert made.block == ("TUQ. CHAIRPERSON", "CHÁNH VĂN PHÒNG")


def test_a_head_with_another_title_gives_the_deputies_theirs(province):
    made, reporter, signer = unit_of(province, "department", capacity="deputy", title="Phó Chánh Văn phòng")
    head = people.person("head", made, "signer")
    head.memberships.update(capacity="head", title="Chánh Văn phòng")
    report = province.round(indicator("HT.01"), units=[made], subject="self").submissions.get()
    report = perform("submit", type_in(report, cell("1"), by=reporter), by=reporter)
    assert sheet(perform("sign", report, by=signer)).block == ("KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG")


def test_before_it_is_signed_the_block_is_of_whoever_alone_will(province):
    report = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    province.unit_leader.memberships.update(capacity="deputy", title="Phó Giám đốc")
    report = province.walk(report, "submit")
    assert (sheet(report).block, sheet(report).signer) == (("KT. DIRECTOR", "PHÓ GIÁM ĐỐC"), "unit leader")
    assert sheet(report).signed == ""
    people.person("second", province.department, "signer")
    assert (sheet(report).block, sheet(report).signer) == (("DIRECTOR",), "")


def test_what_was_signed_is_not_rewritten_by_a_later_capacity(province):
    report = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    province.unit_leader.memberships.update(capacity="deputy", title="Phó Giám đốc")
    report = province.walk(report, "submit", "sign")
    Membership.objects.filter(user=province.unit_leader).update(capacity="acting", title="Quyền Giám đốc")
    assert sheet(report).block == ("KT. DIRECTOR", "PHÓ GIÁM ĐỐC")


def test_a_signed_document_gives_its_number_day_and_signer(province):
    report = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    report = province.walk(report, "submit")
    assert attach(report, province.reporter, signed_on="03/02/2026").status_code == 302
    report.refresh_from_db()
    made = sheet(report)
    assert (made.number, made.signer) == ("No. 45/BC-SKHCN", "Nguyễn Văn Hùng")
    assert made.place_and_day == "Lai Châu, day 03 month 02 year 2026"
    assert made.signed == "Signed on paper: Document 45/BC-SKHCN of 03/02/2026"


def test_a_report_entered_on_behalf_bears_the_paper_s_signer(province):
    colleague = people.person("colleague", province.office, "verifier")
    opened = enter_on_behalf(province.submission(indicator("HT.01")), by=colleague)
    made = sheet(perform("submit", type_in(opened, cell("1"), by=colleague), by=colleague))
    assert (made.block, made.signer) == (("CHỦ TỊCH",), "Lò Văn Pâng")
    assert made.signed.startswith("Document 15/UBND of 04/02/2026, signed by Lò Văn Pâng")


# --- The head


def test_a_department_stands_under_the_committee_it_serves(province):
    report = province.submission(indicator("HT.01"))
    made = sheet(report)
    assert (made.superior, made.body) == (
        "PEOPLE'S COMMITTEE OF TỈNH LAI CHÂU",
        ("SỞ KHOA HỌC VÀ CÔNG NGHỆ",),
    )
    assert (made.number, made.place_and_day) == (
        "No. ……/BC-SKHCN",
        "Lai Châu, day …… month …… year ……",
    )


def test_a_commune_is_its_own_committee_and_names_itself_as_the_place(province):
    made = signed(province, "commune", capacity="head")
    assert (made.superior, made.body) == ("", ("PEOPLE'S COMMITTEE", "XÃ MƯỜNG THAN"))
    assert made.number == "No. ……/BC-UBND"
    assert made.place_and_day == "Mường Than, day 04 month 02 year 2026"


def test_a_company_stands_for_itself(province):
    made = signed(province, "company", capacity="head", name="VNPT Lai Châu")
    assert (made.superior, made.body, made.number) == ("", ("VNPT LAI CHÂU",), "No. ……/BC-……")


def test_whoever_sent_it_drew_it_up_with_a_telephone(province):
    province.reporter.position, province.reporter.telephone = "Chuyên viên", "0213 3876 000"
    province.reporter.save()
    report = type_in(province.submission(indicator("HT.01")), cell("1"), by=province.reporter)
    assert sheet(report).drawn_up == official.Person()
    drawn_up = sheet(province.walk(report, "submit")).drawn_up
    assert drawn_up == official.Person("reporter", "Chuyên viên", "0213 3876 000")
