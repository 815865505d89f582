"""What is typed about a signed document, with its scan: for whoever enters on behalf of a unit, and for a unit that
signs on paper."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import files
from .clock import today
from .fields import VietnameseDateField
from .forms import tidy
from .refusals import Refused


class TidyField(forms.CharField):
    """NFC, nothing invisible, never only spaces; what is marked as a state secret is refused."""

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "").strip()

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            files.refuse_marked(name=text)
        except Refused as refused:
            raise ValidationError(refused.sentence) from refused
        return text


class SignedPaperForm(forms.Form):
    """`upload` is the scan once it was found fit to be kept."""

    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    signed_on = VietnameseDateField(
        label=gettext_lazy("Signed on (day/month/year)"),
        error_messages={"required": gettext_lazy("State on which day the document was signed.")},
    )
    signer = TidyField(
        label=gettext_lazy("Signed by (full name)"),
        max_length=150,
        error_messages={"required": gettext_lazy("State who signed the document.")},
    )
    signer_title = TidyField(
        label=gettext_lazy("Position of the signer"),
        max_length=150,
        error_messages={"required": gettext_lazy("State in which position the document was signed.")},
    )
    scan = forms.FileField(
        label=gettext_lazy("Scan of the signed document (PDF, PNG or JPG)"),
        allow_empty_file=True,  # refused with our own sentence
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
        error_messages={"required": gettext_lazy("Choose the scan of the signed document.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.upload: files.Upload | None = None

    def clean_signed_on(self) -> Any:
        if self.cleaned_data["signed_on"] > today():
            raise ValidationError(_("The document cannot have been signed after today."))
        return self.cleaned_data["signed_on"]

    def clean_scan(self) -> Any:
        given = self.cleaned_data["scan"]
        try:
            files.refuse_size(given.size)
            self.upload = files.accept_scan(given.read(), given.name)
        except Refused as refused:
            raise ValidationError(refused.sentence) from refused
        return given
