"""Who may read which points: a breakdown that is not for a reader shows in no score, no place and no quotient."""

import pytest

from indicators.models import Definition

from .conftest import text_of
from .test_scores import WHY, Contest, contest
from .test_scores import TestThreeScores as ThreeScores

__all__ = ["contest"]

pytestmark = pytest.mark.django_db


class TestWhoSees:
    def test_a_breakdown_that_is_not_public_gives_nobody_a_place(self, contest: Contest) -> None:
        Definition.objects.filter(indicator=contest.ratio).update(breakdown="unit")
        contest.issue()
        contest.report(("377", "1"), ("1000", "1"), ("100", "0"))
        by, _signer = contest.site.people_of(contest.communes[0])
        contest.site.log_in(by)
        said = text_of(contest.page())
        assert "What each unit reported is not shown to this account." in said
        assert "62,62" in said  # the own unit
        assert "100,00" not in said
        assert "377" in text_of(contest.unit("A"))
        assert "1.000/1.000" not in text_of(contest.unit("B"))

    def test_what_a_reviewer_said_of_a_hidden_figure_is_hidden(self, contest: Contest) -> None:
        Definition.objects.filter(indicator=contest.ratio).update(breakdown="unit")
        ThreeScores().assessed(contest, "assessed")
        by, _signer = contest.site.people_of(contest.communes[1])
        contest.site.log_in(by)
        assert WHY not in text_of(contest.unit("A"))

    def test_points_that_would_tell_the_best_unit_s_figure_are_hidden_with_it(self, contest: Contest) -> None:
        """377/1.000 over the best, 987/1.000: the quotient and one's own ratio give the other's."""
        contest.change("1.1", rule="best")
        Definition.objects.filter(indicator=contest.ratio).update(breakdown="unit")
        contest.issue()
        contest.report(("377", "1"), ("987", "1"), ("100", "0"))
        by, _signer = contest.site.people_of(contest.communes[0])
        contest.site.log_in(by)
        said = text_of(contest.unit("A"))
        assert ("0,987" in said, "22,92" in said) == (False, False)
        assert "It rests on figures that are not shown to this account." in said
        assert "62,92" not in text_of(contest.page())
        contest.site.log_in(contest.site.province.verifier)
        assert "(377/1.000) ÷ 0,987 × 60 = 22,92" in text_of(contest.unit("A"))

    def test_strangers_are_sent_to_the_login(self, contest: Contest) -> None:
        contest.site.client.logout()
        for address in ("/scores/", "/scores/DTI-XA/", "/scores/DTI-XA/A/", "/scores/DTI-XA.xlsx"):
            assert contest.site.client.get(address).status_code == 302
