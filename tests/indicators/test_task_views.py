"""The page of a task: who finds it, what each may do there, and what is refused."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from indicators.clock import today
from indicators.models import Download, StoredFile, Task, TaskAct
from tests import people
from tests.factories import PNG, Province, indicator
from tests.indicators.pages import browser
from tests.tasks import claim, confirm, done, progress, task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
BUTTONS = {
    "report": 'value="report"',
    "confirm": 'value="confirm"',
    "refuse": 'value="refuse"',
    "move": 'value="move"',
}


def page_of(about: Task) -> str:
    return f"/tasks/{about.pk}/"


def offered(user, about: Task) -> set[str]:
    page = browser(user).get(page_of(about)).content.decode()
    return {name for name in BUTTONS if f'value="{name}"' in page}


class TestWhatIsOffered:
    def test_to_each_what_is_his_or_hers_to_do(self, province: Province) -> None:
        about = task(province)
        people_of = ("reporter", "unit_leader", "verifier", "leader")
        before = {name: offered(getattr(province, name), about) for name in people_of}
        assert before == {"reporter": {"report"}, "unit_leader": {"report"}, "verifier": {"move"}, "leader": set()}
        claim(about, by=province.reporter)
        assert offered(province.verifier, about) == {"confirm", "refuse", "move"}
        confirm(about, by=province.verifier)
        assert [offered(getattr(province, name), about) for name in people_of] == [set()] * 4

    def test_who_does_not_see_the_task_finds_none(self, province: Province) -> None:
        about = task(province)
        client = browser(province.outsider)
        assert client.get(page_of(about)).status_code == 404
        assert client.post(page_of(about), {"action": "report", "text": "x"}).status_code == 404
        assert browser(province.outsider).get("/tasks/999/").status_code == 404

    def test_its_page_costs_the_same_whatever_happened(self, province: Province, django_assert_num_queries) -> None:
        about = task(province, supporting=[province.sister])
        client = browser(province.verifier)
        with django_assert_num_queries(8):
            client.get(page_of(about))
        for text in "abc":
            progress(about, by=province.reporter, text=text)
        with django_assert_num_queries(8):
            client.get(page_of(about))


class TestActing:
    def test_a_report_is_told_and_stands_on_the_page(self, province: Province) -> None:
        about, client = task(province), browser(province.reporter)
        page = client.post(page_of(about), {"action": "report", "text": "Đã ký hợp đồng"}, follow=True)
        assert "The progress was reported." in page.content.decode()
        assert "Đã ký hợp đồng" in page.content.decode()

    def test_done_is_confirmed_by_the_other_unit(self, province: Province) -> None:
        about = task(province, due_on=today())
        said = {"action": "report", "done_on": f"{today():%d/%m/%Y}", "document": "Biên bản số 5/BB"}
        assert browser(province.reporter).post(page_of(about), said).status_code == 302
        other = browser(province.verifier)
        assert "Biên bản số 5/BB" in other.get(page_of(about)).content.decode()
        assert other.post(page_of(about), {"action": "confirm", "version": "1"}).status_code == 302
        about.refresh_from_db()
        assert about.state == "done"

    def test_not_accepted_needs_its_reason(self, province: Province) -> None:
        about, client = claim(task(province), by=province.reporter), browser(province.verifier)
        page = client.post(page_of(about), {"action": "refuse", "version": "1", "reason": ""})
        assert (page.status_code, "Say why the task is not accepted" in page.content.decode()) == (409, True)
        client.post(page_of(about), {"action": "refuse", "version": "1", "reason": "Chưa nghiệm thu"})
        assert Task.objects.get().state == "under_way"

    @pytest.mark.parametrize(
        ("who", "action", "sentence"),
        [
            ("verifier", "report", "Those who enter or sign for the lead unit report on a task."),
            ("leader", "report", "Those who enter or sign for the lead unit report on a task."),
            ("reporter", "confirm", "Nobody confirms a task that his or her own unit leads"),
            ("leader", "confirm", "Those who verify or approve in the unit that follows a task up confirm it."),
            ("reporter", "move", "The unit that follows a task up, or whoever set it, moves its deadline."),
        ],
    )
    def test_what_is_not_yours_to_do_is_said(
        self, province: Province, who: str, action: str, sentence: str
    ) -> None:
        about = claim(task(province), by=province.reporter)
        said = {"action": action, "version": "1", "text": "x", "due_on": "01/01/2030", "reason": "x"}
        page = browser(getattr(province, who)).post(page_of(about), said)
        assert (page.status_code, sentence in page.content.decode().replace("&#x27;", "'")) == (409, True)
        assert TaskAct.objects.count() == 1

    def test_what_changed_meanwhile_is_not_confirmed(self, province: Province) -> None:
        about = claim(task(province), by=province.reporter)
        progress(about, by=province.unit_leader)
        page = browser(province.verifier).post(page_of(about), {"action": "confirm", "version": "1"})
        assert (page.status_code, "Read it again before deciding" in page.content.decode()) == (409, True)

    def test_a_deadline_is_moved(self, province: Province) -> None:
        about, later = task(province, due_on=today()), today() + timedelta(days=30)
        said = {"action": "move", "due_on": f"{later:%d/%m/%Y}", "reason": "Chờ kinh phí"}
        page = browser(province.verifier).post(page_of(about), said, follow=True).content.decode()
        assert "Chờ kinh phí" in page
        assert Task.objects.get().due_on == later

    def test_what_is_wrong_stands_beside_what_was_typed(self, province: Province) -> None:
        said = {"action": "report", "text": "Gần xong", "done_on": "31/12/2999"}
        page = browser(province.reporter).post(page_of(task(province)), said).content.decode()
        assert "A task is not done on a day to come." in page
        assert "Gần xong" in page
        assert not TaskAct.objects.exists()

    def test_another_button_is_none_of_ours(self, province: Province) -> None:
        assert browser(province.reporter).post(page_of(task(province)), {"action": "delete"}).status_code == 400


class TestEvidence:
    def report(self, province: Province, **said) -> tuple[Task, str]:
        about = task(province)
        posted = browser(province.reporter).post(page_of(about), {"action": "report", "text": "x"} | said)
        assert posted.status_code == 302
        return about, f"{page_of(about)}evidence/1/"

    def test_a_file_is_kept_and_every_download_recorded(self, province: Province, media) -> None:
        about, address = self.report(province, file=SimpleUploadedFile("ảnh.png", PNG))
        answer = browser(province.verifier).get(address)
        assert (answer.content, answer["Content-Type"]) == (PNG, "image/png")
        row = Download.objects.get()
        assert (row.task, row.submission, row.by, row.name) == (about, None, province.verifier, "ảnh.png")
        assert browser(province.outsider).get(address).status_code == 404

    def test_a_link_is_followed_and_recorded(self, province: Province) -> None:
        _about, address = self.report(province, link="https://laichau.gov.vn/x")
        answer = browser(province.verifier).get(address)
        assert (answer.status_code, answer["Location"]) == (302, "https://laichau.gov.vn/x")
        assert Download.objects.get().name == "https://laichau.gov.vn/x"

    def test_a_file_of_another_kind_is_refused_and_leaves_nothing(self, province: Province, media) -> None:
        said = {"action": "report", "text": "x", "file": SimpleUploadedFile("a.exe", b"MZ")}
        page = browser(province.reporter).post(page_of(task(province)), said)
        assert (page.status_code, TaskAct.objects.exists(), StoredFile.objects.exists()) == (200, False, False)

    def test_a_report_that_is_refused_leaves_no_file(self, province: Province, media) -> None:
        about = done(province)
        said = {"action": "report", "text": "x", "file": SimpleUploadedFile("a.png", PNG)}
        assert browser(province.reporter).post(page_of(about), said).status_code == 409
        assert not StoredFile.objects.exists()

    def test_where_there_is_none_there_is_nothing(self, province: Province) -> None:
        about = progress(task(province), by=province.reporter)
        assert browser(province.verifier).get(f"{page_of(about)}evidence/1/").status_code == 404
        assert browser(province.verifier).get(f"{page_of(about)}evidence/9/").status_code == 404


class TestMyWork:
    def test_shows_the_open_tasks_of_my_units(self, province: Province) -> None:
        task(province)
        done(province, "NV.02")
        task(province, "NV.03", lead=province.sister)
        task(province, "NV.04", lead=province.sister, supporting=[province.department])
        page = browser(province.reporter).get("/submissions/").content.decode()
        found = [code for code in ("NV.01", "NV.02", "NV.03", "NV.04") if f">{code}<" in page]
        assert found == ["NV.01", "NV.04"]


class TestTheDirective:
    @pytest.fixture
    def late(self, province: Province):
        return indicator("HT.01", lead_unit=province.department)

    def said(self, province: Province, **departing):
        facts = {
            "programme": "",
            "text": "Đẩy nhanh tiến độ",
            "lead": province.department.pk,
            "follower": province.office.pk,
            "due_on": f"{today() + timedelta(days=30):%d/%m/%Y}",
            "key": "k",
        }
        return facts | departing

    def test_becomes_a_task_that_names_the_indicator_and_who_gave_it(self, province: Province, late) -> None:
        client = browser(province.leader)
        page = client.get("/tasks/new/?indicator=HT.01")
        form = page.context["form"]
        assert form.initial["lead"] == str(province.department.pk)
        programme = form.fields["programme"].queryset.get()
        said = self.said(province, programme=programme.pk)
        for _press in range(2):  # sent twice, given once
            answer = client.post("/tasks/new/?indicator=HT.01", said)
        made = Task.objects.get()
        assert answer["Location"] == page_of(made)
        facts = (made.code, made.indicator, made.given_by, made.lead, made.follower, made.text)
        expected = ("CĐ.01", late, province.leader, province.department, province.office, "Đẩy nhanh tiến độ")
        assert facts == expected
        client.post("/tasks/new/?indicator=HT.01", said | {"key": "k2"})
        assert Task.objects.latest("pk").code == "CĐ.02"

    @pytest.mark.parametrize(
        ("who", "status"),
        [("leader", 200), ("approver", 200), ("verifier", 403), ("reporter", 403), ("superuser", 403)],
    )
    def test_is_given_by_who_reads_the_province_or_approves_for_it(self, province, late, who, status) -> None:
        user = people.superuser() if who == "superuser" else getattr(province, who)
        assert browser(user).get("/tasks/new/?indicator=HT.01").status_code == status

    @pytest.mark.parametrize(
        ("departing", "sentence"),
        [
            ({"text": " "}, "Say what is to be done."),
            ({"due_on": "01/01/2020"}, "The deadline of a directive lies ahead."),
            ({"same": True}, "Another unit than the lead unit follows a task up and confirms it."),
        ],
    )
    def test_that_says_too_little_is_refused(self, province, late, departing, sentence) -> None:
        programme = late.programme_places.get().programme.pk
        said = self.said(province, programme=programme) | departing
        if said.pop("same", False):
            said["lead"] = province.office.pk
        page = browser(province.leader).post("/tasks/new/?indicator=HT.01", said).content.decode()
        assert sentence in page
        assert not Task.objects.exists()

    def test_stands_in_the_programme_in_which_the_indicator_was_read(self, province, late) -> None:
        client, place = browser(province.leader), late.programme_places.get()
        for asked, proposed in (("P", place.programme), ("X", None)):
            page = client.get(f"/tasks/new/?indicator=HT.01&programme={asked}")
            assert page.context["form"].initial["programme"] == proposed

    def test_on_an_indicator_of_no_programme_says_why_not(self, province, late) -> None:
        late.programme_places.all().delete()
        page = browser(province.leader).get("/tasks/new/?indicator=HT.01").content.decode()
        assert "stands in no programme" in page
        assert browser(province.leader).get("/tasks/new/?indicator=X").status_code == 404
