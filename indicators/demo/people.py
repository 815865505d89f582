"""Who can log in, as what, and what to try; and the two officers behind the figures of the other units."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password

from indicators import bulk
from indicators.models import Capacity, Membership, Role, Unit, User


@dataclass(frozen=True)
class Account:
    name: str
    full_name: str
    position: str
    roles: tuple[tuple[str, str], ...]  # unit code, role
    hint: str
    enters_admin: bool = False
    is_contact: bool = False
    capacity: str = ""  # of a signer
    title: str = ""


def _reports(*codes: str) -> tuple[tuple[str, str], ...]:
    return tuple((code, Role.REPORTER.value) for code in codes)


def _signs(*codes: str) -> tuple[tuple[str, str], ...]:
    return tuple((code, Role.SIGNER.value) for code in codes)


AGENCIES = ("LC-TKT", "LC-NHNN", "LC-THUE")
THREE_COMMUNES = ("03390", "03394", "03405")
ACCOUNTS = (
    Account(
        "reporter-skhcn",
        "Lò Thị Mai",
        "Chuyên viên Sở Khoa học và Công nghệ",
        _reports("LC-SKHCN"),
        "mở báo cáo Biểu số 01/CĐS đang nhập dở, nhập tiếp, rồi trình lãnh đạo ký duyệt",
    ),
    Account(
        "leader-skhcn",
        "Nguyễn Văn Hùng",
        "Phó Giám đốc Sở Khoa học và Công nghệ",
        _signs("LC-SKHCN"),
        "đọc báo cáo vừa trình, ký duyệt và gửi (ký thay Giám đốc: KT.)",
        capacity=Capacity.DEPUTY,
        title="Phó Giám đốc",
    ),
    Account(
        "contact-skhcn",
        "Đinh Thị Ngân",
        "Chánh Văn phòng Sở Khoa học và Công nghệ",
        (("LC-SKHCN", Role.READER.value),),
        "cử người nhập số liệu của Sở, mở khóa, cấp mật khẩu dùng một lần, bàn giao công việc",
        is_contact=True,
    ),
    Account(
        "verifier",
        "Giàng A Páo",
        "Chuyên viên Văn phòng UBND tỉnh",
        (("LC-VPUBND", Role.VERIFIER.value),),
        "thẩm định báo cáo của Sở Khoa học và Công nghệ",
        enters_admin=True,
    ),
    Account(
        "verifier-skhcn",
        "Hoàng Thị Lan",
        "Chuyên viên Phòng Chuyển đổi số, Sở Khoa học và Công nghệ",
        (("LC-SKHCN", Role.VERIFIER.value),),
        "thẩm định báo cáo của các xã, phường và doanh nghiệp",
        enters_admin=True,
    ),
    Account(
        "approver",
        "Trần Thị Hoa",
        "Phó Chủ tịch UBND tỉnh",
        (("12", Role.APPROVER.value),),
        "phê duyệt báo cáo đã thẩm định",
        enters_admin=True,
    ),
    Account(
        "publisher",
        "Phạm Đức Long",
        "Chuyên viên Văn phòng UBND tỉnh",
        (("LC-VPUBND", Role.PUBLISHER.value), ("12", Role.READER.value)),
        "công bố đợt báo cáo của các xã, phường; số liệu của biểu mẫu khác công bố ngay khi phê duyệt",
        enters_admin=True,
    ),
    Account(
        "leader",
        "Vàng Văn Sơn",
        "Lãnh đạo tỉnh",
        (("12", Role.READER.value),),
        "xem toàn cảnh của tỉnh, mở từng số liệu đến nguồn gốc",
    ),
    Account(
        "reporter-03388",
        "Lý Thị Pà",
        "Công chức phường Đoàn Kết",
        _reports("03388"),
        "nhập báo cáo của phường",
    ),
    Account(
        "leader-03388",
        "Tẩn A Sài",
        "Phó Chủ tịch UBND phường Đoàn Kết",
        _signs("03388"),
        "ký duyệt báo cáo của phường (ký thay Chủ tịch: KT.)",
        capacity=Capacity.DEPUTY,
        title="Phó Chủ tịch",
    ),
    Account(
        "reporter-vnpt",
        "Đỗ Minh Quân",
        "Kỹ thuật viên VNPT Lai Châu",
        _reports("LC-VNPT"),
        "nhập số liệu của doanh nghiệp để đối chiếu",
    ),
    Account(
        "officer-3-xa",
        "Chang Thị Dở",
        "Công chức phụ trách ba xã",
        _reports(*THREE_COMMUNES),
        "làm báo cáo của ba xã trong một danh sách việc",
    ),
    Account(
        "reporter-nganh",
        "Bùi Thu Hằng",
        "Chuyên viên tổng hợp các ngành",
        _reports(*AGENCIES),
        "nhập số liệu của Thống kê, Ngân hàng Nhà nước, Thuế",
    ),
    Account(
        "leader-nganh",
        "Ngô Quang Minh",
        "Lãnh đạo ký thay các ngành",
        _signs(*AGENCIES),
        "ký duyệt báo cáo của các ngành",
        capacity=Capacity.HEAD,
    ),
)
ADMIN = Account("admin", "Quản trị hệ thống", "", (), "danh mục, biểu mẫu, đợt báo cáo, tài khoản", True)
EXTRA_REPORTER = Account("minh-hoa-nhap", "Cán bộ nhập (minh họa)", "", (), "")
EXTRA_SIGNER = Account("minh-hoa-ky", "Lãnh đạo ký (minh họa)", "", (), "")


def open_accounts(units: dict[str, Unit], password: str) -> None:
    hashed = make_password(password)  # once: it is slow on purpose
    for account in ACCOUNTS:
        user = _account(account, hashed)
        for code, role in account.roles:
            _join(user, [units[code]], role, is_contact=account.is_contact, **_capacity(account, role))
    _account(ADMIN, hashed, is_superuser=True)


def open_extras(units: Iterable[Unit]) -> None:
    """They have written and signed the made-up reports; nobody logs in as them."""
    everywhere = list(units)
    nobody = make_password(None)
    _join(_account(EXTRA_REPORTER, nobody), everywhere, Role.REPORTER)
    _join(_account(EXTRA_SIGNER, nobody), everywhere, Role.SIGNER, capacity=Capacity.HEAD)


def _capacity(account: Account, role: str) -> dict[str, str]:
    return {"capacity": account.capacity, "title": account.title} if role == Role.SIGNER else {}


def _account(account: Account, hashed: str, **rights: bool) -> User:
    facts = {
        "full_name": account.full_name,
        "position": account.position,
        "is_staff": account.enters_admin,
        "password": hashed,
    }
    return User.objects.update_or_create(username=account.name, defaults=facts | rights)[0]


def _join(user: User, units: list[Unit], role: str, **facts: Any) -> None:
    known = set(user.memberships.filter(role=role).order_by("pk").values_list("unit", flat=True))
    new = (Membership(user=user, unit=u, role=role, **facts) for u in units if u.pk not in known)
    bulk.create_kept(Membership, new)
