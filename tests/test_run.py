"""`./run` before there is anything to run: every program it would call is a stand-in on a PATH of its own."""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parent.parent / "run"
TOOLS = ["base64", "cat", "cmp", "cp", "dirname", "env", "head", "id", "mkdir", "mktemp", "rm", "sh"]
NOBODY = 65534

# Stands in for python3 and, copied by `-m venv`, for .venv/bin/python. It writes down what it is asked.
RECENT_PYTHON = """#!/bin/sh
case "$*" in
    -c*) exit 0 ;;
    "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
esac
echo "$*" >>calls
case "$*" in *"{failing}"*) exit 1 ;; esac
"""
OLD_PYTHON = """#!/bin/sh
[ "$*" != --version ] || { echo Python 3.9.2; exit 0; }
exit 1
"""
NOTHING = "no call has these words"


class Checkout:
    """A folder with `run` and two locks in it, and a PATH that holds nothing but what is put there."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "bin"
        self.root = folder / "checkout"
        self.programs.mkdir()
        self.root.mkdir()
        for tool in TOOLS:
            (self.programs / tool).symlink_to(str(shutil.which(tool)))
        shutil.copy(RUN, self.root)
        for lock in ("requirements.lock", "requirements-dev.lock"):
            (self.root / lock).write_text("django==5.2\n")

    def provide(self, name: str, script: str) -> None:
        program = self.programs / name
        program.write_text(script)
        program.chmod(0o755)

    def run(self, *arguments: str, user: int | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.root / "run", *arguments],
            env={"PATH": str(self.programs), **environment},
            user=user,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
        )

    def calls(self) -> list[str]:
        """What the stand-in for Python was asked to do since the last look."""
        log = self.root / "calls"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    with tempfile.TemporaryDirectory() as folder:  # tmp_path is closed to everybody but its owner
        os.chmod(folder, 0o755)
        yield Checkout(Path(folder))


@pytest.fixture
def installable(checkout: Checkout) -> Callable[..., Checkout]:
    def with_python(failing: str = NOTHING) -> Checkout:
        checkout.provide("python3", RECENT_PYTHON.format(failing=failing))
        return checkout

    return with_python


@pytest.mark.parametrize("shell", ["sh", "dash", "bash"])
def test_script_is_valid_shell(shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    assert subprocess.run([shell, "-n", RUN]).returncode == 0


@pytest.mark.parametrize("arguments", [["fly"], ["demo", "--port"], ["demo", "--fast", "1"], ["test", "oracle"]])
def test_misuse_is_answered_by_the_usage_and_changes_nothing(checkout: Checkout, arguments: list[str]) -> None:
    before = sorted(checkout.root.iterdir())
    result = checkout.run(*arguments)
    assert result.returncode == 2
    assert result.stderr.startswith("Usage: ./run ")
    assert sorted(checkout.root.iterdir()) == before


@pytest.mark.parametrize(("script", "found"), [(OLD_PYTHON, "Python 3.9.2"), (None, "missing")])
def test_python_that_is_too_old_or_missing_is_named(checkout: Checkout, script: str | None, found: str) -> None:
    if script:
        checkout.provide("python3", script)
    result = checkout.run()
    assert result.returncode == 1
    assert result.stderr == (
        f"Python 3.11 or newer is needed and was not found (python3 is {found}): apt install python3-venv\n"
    )
    assert not (checkout.root / ".venv").exists()


def test_newer_python_is_found_under_its_own_name(checkout: Checkout) -> None:
    checkout.provide("python3", OLD_PYTHON)
    checkout.provide("python3.12", RECENT_PYTHON.format(failing=NOTHING))
    assert checkout.run("bench").returncode == 0
    assert checkout.calls()[0] == "-m venv .venv"


def test_missing_ensurepip_is_named(checkout: Checkout) -> None:
    checkout.provide("python3", '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1 ;; esac\n')
    result = checkout.run()
    assert result.returncode == 1
    assert result.stderr.endswith("its module venv or ensurepip is missing: apt install python3-venv\n")
    assert not (checkout.root / ".venv").exists()


def test_checkout_of_somebody_else_is_named(installable: Callable[..., Checkout]) -> None:
    checkout = installable()
    checkout.root.chmod(0o555)
    result = checkout.run(user=NOBODY if os.geteuid() == 0 else None)
    checkout.root.chmod(0o755)
    assert result.returncode == 1
    assert f"may not write to {checkout.root}; run this as its owner" in result.stderr
    assert checkout.calls() == []


@pytest.mark.parametrize("failing", ["-m venv", "pip install"])
def test_failing_installation_leaves_no_venv(installable: Callable[..., Checkout], failing: str) -> None:
    checkout = installable(failing=failing)
    assert checkout.run().returncode == 1
    assert not (checkout.root / ".venv").exists()


def test_libraries_are_installed_again_only_when_the_lock_changed(
    installable: Callable[..., Checkout],
) -> None:
    checkout = installable()

    def installs() -> list[str]:
        assert checkout.run("bench").returncode == 0
        return [call for call in checkout.calls() if "pip install" in call]

    assert len(installs()) == 1
    assert installs() == []
    (checkout.root / "requirements.lock").write_text("django==5.3\n")
    assert len(installs()) == 1
    assert installs() == []


def test_demo_prepares_seeds_and_serves(installable: Callable[..., Checkout]) -> None:
    checkout = installable()
    assert checkout.run("--port", "8123").returncode == 2
    result = checkout.run("demo", "--port", "8123", "--password", "with space")
    assert result.returncode == 0, result.stderr
    calls = [call.split(" -v")[0] for call in checkout.calls() if "pip" not in call]
    calls.remove("manage.py collectstatic --no-input")  # goes on beside the others
    assert calls == [
        "-m venv .venv",
        "manage.py migrate --no-input",
        "manage.py demo --port 8123 --password=with space",
        "manage.py jobs",
        "-m gunicorn config.wsgi --bind 127.0.0.1:8123"
        " --worker-class gthread --workers 2 --threads 4 --no-control-socket",
    ]


def test_secret_of_the_demo_is_kept_and_private(installable: Callable[..., Checkout]) -> None:
    checkout = installable()
    secret = checkout.root / ".demo" / "secret"
    checkout.run()
    first = secret.read_text()
    checkout.run()
    assert secret.read_text() == first
    assert len(first.strip()) == 60
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_failing_job_fails_the_command(installable: Callable[..., Checkout]) -> None:
    assert installable(failing="jobs").run("jobs").returncode == 1


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_part_left_out_is_said_and_fails_in_ci(installable: Callable[..., Checkout], ci: str, code: int) -> None:
    result = installable().run("test", "browser", CI=ci)
    assert result.stdout.splitlines()[-2:] == [
        f"{name}: left out, because chromium is not installed, get it with apt install chromium"
        for name in ("Browser", "Browser on PostgreSQL")
    ]
    assert result.returncode == code


@pytest.mark.parametrize(("failing", "verdict", "code"), [(NOTHING, "passed", 0), ("-m pytest", "failed", 1)])
def test_part_is_reported(installable: Callable[..., Checkout], failing: str, verdict: str, code: int) -> None:
    result = installable(failing=failing).run("test", "sqlite")
    assert result.stdout.splitlines()[-1] == f"SQLite: ran, {verdict}"
    assert result.returncode == code


@pytest.mark.parametrize(
    ("parts", "asks_alone"), [((), True), (("sqlite", "postgresql"), True), (("postgresql",), False)]
)
def test_what_asks_for_no_database_runs_once(
    installable: Callable[..., Checkout], parts: tuple[str, ...], asks_alone: bool
) -> None:
    checkout = installable()
    checkout.run("test", *parts, DATABASE_URL="postgres://x@127.0.0.1/x")
    [*_, on_postgresql] = [call for call in checkout.calls() if "-m pytest" in call]
    assert on_postgresql.endswith(" --of-the-database") is asks_alone
