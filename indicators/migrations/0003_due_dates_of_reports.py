from django.db import migrations
from django.db.models import OuterRef, Subquery


def take_the_rounds_due_date(apps, schema_editor):
    Round = apps.get_model("indicators", "Round")
    Submission = apps.get_model("indicators", "Submission")
    due = Round.objects.filter(pk=OuterRef("round")).values("due_on")[:1]
    Submission.objects.filter(due_on__isnull=True).update(due_on=Subquery(due))


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_catalogue_in_full")]
    operations = [migrations.RunPython(take_the_rounds_due_date, migrations.RunPython.noop)]
