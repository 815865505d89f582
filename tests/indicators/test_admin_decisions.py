"""Deciding on the review page: each move works once, for the right person, about what was read."""

import pytest
from django.test import Client
from django.utils.translation import gettext

from indicators import workflow
from indicators.models import Membership, Observation, Submission, SubmissionEvent
from tests import factories, people
from tests.factories import Province, cell


@pytest.fixture
def submitted(province: Province) -> Submission:
    submission = province.submission(factories.indicator("HT.01"))
    factories.type_in(submission, cell("14433"), by=province.reporter)
    return province.walk(submission, "submit", "sign")


def decide(user, submission: Submission, action: str, *, comment: str = "", revision: str | None = None):
    """Posts what the page's form would: by default the revision that stands."""
    latest = workflow.latest_revision(submission)
    client = Client()
    client.force_login(user)
    return client.post(
        f"/admin/indicators/submission/{submission.pk}/change/",
        {
            "action": action,
            "comment": comment,
            "revision": (latest.sha256 if latest else "") if revision is None else revision,
        },
    )


def state(submission: Submission) -> str:
    return Submission.objects.get(pk=submission.pk).state


def sentence(response) -> str:
    assert response.status_code == 409
    assert 'role="alert"' in response.content.decode()
    return response.context["refused"]


def buttons(user, submission: Submission) -> dict[str, bool]:
    """move → whether it is open."""
    client = Client()
    client.force_login(user)
    page = client.get(f"/admin/indicators/submission/{submission.pk}/change/").context["page"]
    return {step.move: step.barred is None for step in page.steps}


def test_a_verifier_verifies_and_comes_back_to_the_queue(province, submitted):
    response = decide(province.verifier, submitted, "verify")
    assert (response.status_code, response["Location"]) == (302, "/admin/indicators/submission/")
    assert state(submitted) == "verified"


def test_an_approver_approves_and_the_figure_stands(province, submitted):
    province.walk(submitted, "verify")
    assert decide(province.approver, submitted, "approve").status_code == 302
    assert state(submitted) == "approved"
    assert Observation.objects.get().value == 14433


def test_a_return_carries_its_reason(province, submitted):
    assert decide(province.verifier, submitted, "return", comment="Xem lại HT.01").status_code == 302
    assert state(submitted) == "returned"
    assert SubmissionEvent.objects.filter(move="return").get().reason == "Xem lại HT.01"


def test_an_approver_reopens_with_a_reason(province, submitted):
    province.walk(submitted, "verify", "approve")
    assert sentence(decide(province.approver, submitted, "reopen")) == gettext("Give a reason for reopening.")
    assert decide(province.approver, submitted, "reopen", comment="Điều chỉnh").status_code == 302
    assert state(submitted) == "returned"


def test_a_return_without_a_reason_is_refused_in_words(province, submitted):
    response = decide(province.verifier, submitted, "return", comment="  ")
    assert sentence(response) == gettext("Give a reason for the return.")
    assert state(submitted) == "submitted"


def test_the_wrong_state_is_refused_and_the_comment_kept(province, submitted):
    province.walk(submitted, "verify")
    response = decide(province.verifier, submitted, "verify", comment="Ý kiến <đã> gõ")
    assert sentence(response)
    assert "Ý kiến &lt;đã&gt; gõ</textarea>" in response.content.decode()
    assert state(submitted) == "verified"


def test_the_second_of_two_clicks_is_refused(province, submitted):
    assert decide(province.verifier, submitted, "verify").status_code == 302
    assert sentence(decide(province.verifier, submitted, "verify"))
    assert SubmissionEvent.objects.filter(move="verify").count() == 1


def test_a_role_one_lacks_is_refused(province, submitted):
    response = decide(province.verifier, submitted, "approve")
    assert sentence(response).startswith(str(workflow.WHO["approve"]))
    assert state(submitted) == "submitted"


def test_a_superuser_has_no_step_of_his_own(province, submitted):
    admin = people.superuser()
    assert buttons(admin, submitted) == {}
    assert sentence(decide(admin, submitted, "verify")).startswith(str(workflow.WHO["verify"]))


def test_nobody_decides_about_the_unit_he_works_for(province, submitted):
    Membership.objects.create(user=province.verifier, unit=province.department, role="reader")
    assert sentence(decide(province.verifier, submitted, "verify"))
    assert state(submitted) == "submitted"


def test_nobody_both_verifies_and_approves(province, submitted):
    Membership.objects.create(user=province.verifier, unit=province.root, role="approver")
    assert decide(province.verifier, submitted, "verify").status_code == 302
    assert sentence(decide(province.verifier, submitted, "approve"))
    assert state(submitted) == "verified"


@pytest.mark.parametrize("action", ["withdraw", "submit", "sign", "save", "delete", ""])
def test_a_move_that_is_no_reviewers_is_a_bad_request(province, submitted, action):
    assert decide(province.verifier, submitted, action).status_code == 400
    assert state(submitted) == "submitted"


def test_a_null_byte_is_a_bad_request(province, submitted):
    assert decide(province.verifier, submitted, "return", comment="a\0b").status_code == 400


def test_a_stranger_decides_nothing(province, submitted):
    other = people.person("other", province.sister, "verifier", is_staff=True)
    assert decide(other, submitted, "verify").status_code == 404
    assert state(submitted) == "submitted"


def test_the_units_reporter_is_sent_to_the_login(province, submitted):
    response = decide(province.reporter, submitted, "verify")
    assert response["Location"].startswith("/admin/login/")
    assert state(submitted) == "submitted"


def test_a_decision_needs_the_token_of_the_form(province, submitted):
    client = Client(enforce_csrf_checks=True)
    client.force_login(province.verifier)
    response = client.post(f"/admin/indicators/submission/{submitted.pk}/change/", {"action": "verify"})
    assert response.status_code == 403
    assert state(submitted) == "submitted"


def change_behind_the_reviewers_back(province: Province, submitted: Submission) -> str:
    """The code of what was read; then the unit withdraws, corrects and hands in again."""
    read = workflow.latest_revision(submitted).sha256
    withdrawn = province.walk(submitted, "withdraw")
    factories.type_in(withdrawn, cell("15000", note="Sửa"), by=province.reporter)
    province.walk(withdrawn, "submit", "sign")
    return read


def test_a_stale_page_decides_nothing_and_shows_both_figures(province, submitted):
    read = change_behind_the_reviewers_back(province, submitted)
    before = SubmissionEvent.objects.count()
    response = decide(province.verifier, submitted, "verify", revision=read, comment="Đồng ý")
    assert sentence(response)
    (line,) = response.context["page"].lines
    assert line.since_read.figure == ("14.433 km", "15.000 km")
    page = response.content.decode()
    assert 'id="changed"' in page
    assert "Đồng ý</textarea>" in page
    assert (state(submitted), SubmissionEvent.objects.count()) == ("submitted", before)


def test_after_reading_the_differences_the_decision_holds(province, submitted):
    read = change_behind_the_reviewers_back(province, submitted)
    refused = decide(province.verifier, submitted, "verify", revision=read)
    standing = refused.context["page"].revision.sha256
    assert f'name="revision" value="{standing}"' in refused.content.decode()
    assert decide(province.verifier, submitted, "verify", revision=standing).status_code == 302


@pytest.mark.parametrize("revision", ["", "0" * 64])
def test_a_decision_about_nothing_that_was_read_is_refused(province, submitted, revision):
    assert sentence(decide(province.verifier, submitted, "verify", revision=revision))
    assert state(submitted) == "submitted"


def test_another_reports_revision_shows_none_of_its_figures(province, submitted):
    other = province.submission(factories.indicator("HT.02"))
    factories.type_in(other, cell("98765"), by=province.reporter)
    province.walk(other, "submit", "sign")
    foreign = workflow.latest_revision(other).sha256
    response = decide(province.verifier, submitted, "verify", revision=foreign)
    assert sentence(response)
    assert "98.765" not in response.content.decode()


def test_buttons_are_those_of_the_role_and_the_state(province, submitted):
    assert buttons(province.verifier, submitted) == {"verify": True, "return": True}
    assert buttons(province.approver, submitted) == {"approve": False, "return": False, "reopen": False}
    province.walk(submitted, "verify")
    assert buttons(province.verifier, submitted) == {"verify": False, "return": False}
    assert buttons(province.approver, submitted) == {"approve": True, "return": True, "reopen": False}


def test_without_verification_a_verifier_has_no_button(province):
    submission = province.submission(factories.indicator("HT.01"), asks_sign_off=False, asks_verification=False)
    factories.type_in(submission, cell("1"), by=province.reporter)
    province.walk(submission, "submit")
    assert buttons(province.verifier, submission) == {}
    assert buttons(province.approver, submission) == {"approve": True, "return": True, "reopen": False}


def test_a_barred_move_stands_disabled_with_its_sentence(province, submitted):
    client = Client()
    client.force_login(province.approver)
    page = " ".join(client.get(f"/admin/indicators/submission/{submitted.pk}/change/").content.decode().split())
    assert page.count("disabled aria-describedby=") == 3
    barred = workflow.refusals(submitted, province.approver)
    for move in ("approve", "return", "reopen"):
        assert f'<dd id="why-{move}"> {barred[move]} </dd>' in page
