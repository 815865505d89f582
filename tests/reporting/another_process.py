"""A server process of its own, for tests of what two of them tell: asked line by line, in JSON, what a browser
would ask, it answers with status, ETag and the figures shown. `blind`: it never looks at the counters."""

import json
import sys
from typing import Any

import django


def answer(client: Any, asked: dict[str, Any]) -> dict[str, Any]:
    headers = {"If-None-Match": asked["etag"]} if asked["etag"] else {}
    page = client.get(asked["path"], headers=headers)
    html = page.content.decode()
    shown = [figure for figure in asked["figures"] if figure in html]
    return {"status": page.status_code, "etag": page.headers.get("ETag"), "shown": shown}


def main(session: str, token: str) -> None:
    django.setup()
    from django.conf import settings
    from django.test import Client
    from django.test.utils import setup_test_environment

    from indicators import counters

    setup_test_environment()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.WHITENOISE_AUTOREFRESH = True
    client, looks = Client(), counters.brought_by
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    client.cookies[settings.CSRF_COOKIE_NAME] = token
    for line in sys.stdin:
        asked = json.loads(line)
        counters.brought_by = (lambda _user, *names: (0,) * len(names)) if asked["blind"] else looks
        sys.stdout.write(json.dumps(answer(client, asked)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
