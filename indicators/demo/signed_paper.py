"""One commune whose chairman signed on paper: the scan is attached, and the report is signed off and sent by it."""

from indicators import check_codes, files, signed_papers, workflow
from indicators.clock import today
from indicators.models import Capacity, Signature, State, Submission, Way

from .illustration import PUBLISHED_FORM
from .people import EXTRA_REPORTER
from .walk import people


def enter() -> int:
    """How many were signed; once there is one, none."""
    waiting = Submission.objects.filter(
        state=State.AWAITING_SIGN_OFF, round__form__code=PUBLISHED_FORM, round__is_illustrative=True
    )
    report = waiting.select_related("round", "unit").order_by("pk").last()
    if report is None or Signature.objects.filter(way=Way.PAPER).exists():
        return 0
    revision = workflow.latest_revision(report)
    if revision is None:
        return 0
    said = signed_papers.Said(
        number="12/BC-UBND (minh họa)",
        signed_on=today(),
        signer="Lò Văn Pâng (minh họa)",
        title="Chủ tịch",
        capacity=Capacity.HEAD,
        code=check_codes.of(revision.sha256, revision.number),
    )
    scan = files.accept_scan(_pdf("BAN KY MINH HOA", said.code), "Báo cáo đã ký (minh họa).pdf")
    by = people()[EXTRA_REPORTER.name]
    signed_papers.attach(report, said, scan, by=by, revision=revision.sha256)
    return 1


def _pdf(*lines: str) -> bytes:
    """A page with a few lines in ASCII, in the font that every reader has."""
    shown = b"".join(b"(%s) Tj 0 -24 Td " % line.encode("ascii") for line in lines)
    text = b"BT /F1 18 Tf 72 760 Td " + shown + b"ET"
    font = b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>"
    page = (
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>"
    )
    bodies = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        page,
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(text), text),
        font,
    ]
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size 6 /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(made)
    return made + b"xref\n0 6\n0000000000 65535 f \n" + table + end
