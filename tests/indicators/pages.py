"""A browser for the tests of pages: who looks, what is posted, what is read."""

import re
from html import unescape

from django.test import Client
from django.urls import reverse

from indicators.models import Entry, Submission

BACKEND = "config.backends.Accounts"


def browser(user) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(user, BACKEND)
    return client


def at(submission) -> str:
    return reverse("submission", args=[submission.pk])


def open_round_on_page(client, typed):
    """As a person does: looks at the units first, and ticks what the page says is missing."""
    address = "/admin/indicators/round/add/"
    shown = client.post(address, typed | {"show": "1"})
    return client.post(address, typed | {"gaps": shown.context["form"].fingerprint})


def seen(response) -> str:
    """The words of a page, on one line; what it tells its script is not seen."""
    body = re.sub(r"<script.*?</script>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def press(submission, by, action, **posted):
    """Posts what the page would; HT_01_value means HT.01-value, version is the current one."""
    fields = {re.sub(r"^([A-Z]+)_(\d+)_", r"\1.\2-", name): text for name, text in posted.items()}
    version = Submission.objects.values_list("version", flat=True).get(pk=submission.pk)
    data = {"version": version, "key": "", "action": action} | fields
    return browser(by).post(at(submission), {k: v for k, v in data.items() if v is not None})


def values(submission):
    """What is stored, by indicator; a cell that was never written is not there."""
    rows = Entry.objects.filter(submission=submission).order_by("line__order")
    return dict(rows.values_list("line__indicator__code", "value"))


def state(submission) -> str:
    return Submission.objects.values_list("state", flat=True).get(pk=submission.pk)
