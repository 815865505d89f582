"""What a file is called: plain letters, so that no archive or mail spoils it."""

from django.utils.text import slugify

from indicators import numbers


def file_name(*words: object) -> str:
    return slugify(numbers.fold(" ".join(str(word) for word in words).replace("/", " ").replace(".", "-")))
