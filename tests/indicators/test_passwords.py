"""Passwords of mixed classes, and those that are given out once."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from indicators import passwords


@pytest.mark.parametrize("password", ["Mường-Tè", "Lai Chau 9", "ĐOÀN-kết1", "aB3aB3aB"])
def test_mixed_classes_pass(password):
    assert passwords.is_mixed(password)


@pytest.mark.parametrize("password", ["muong-te-2026", "MUONG-TE-2026", "MuongTeXa", "20262026-", "", "đoàn-kết-1"])
def test_one_class_does_not(password):
    assert not passwords.is_mixed(password)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("muongtexa9", "The password holds small letters, capital letters, and a digit or another sign."),
        ("Mt-2026", "This password is too short. It must contain at least 8 characters."),
    ],
)
def test_each_rule_is_said_in_a_sentence(english, password, sentence):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert refused.value.messages == [sentence]


def test_a_given_password_passes_and_is_never_the_same():
    given = {passwords.one_time() for _each in range(200)}
    assert len(given) == 200
    for password in given:
        validate_password(password)
        assert not set(password) & set("0O1lIoi")
