from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0015_notices'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalmembership',
            name='is_contact',
            field=models.BooleanField(default=False, help_text="Appoints the unit's reporters, ends them and unlocks their accounts; never other roles.", verbose_name='contact of the unit'),
        ),
        migrations.AddField(
            model_name='membership',
            name='is_contact',
            field=models.BooleanField(default=False, help_text="Appoints the unit's reporters, ends them and unlocks their accounts; never other roles.", verbose_name='contact of the unit'),
        ),
        migrations.AddField(
            model_name='user',
            name='must_change_password',
            field=models.BooleanField(default=False, help_text='The password was set by somebody else; nothing opens before its owner has chosen another.', verbose_name='must change the password'),
        ),
        migrations.AddField(
            model_name='historicaluser',
            name='must_change_password',
            field=models.BooleanField(default=False, help_text='The password was set by somebody else; nothing opens before its owner has chosen another.', verbose_name='must change the password'),
        ),
        migrations.AlterField(
            model_name='historicalmembership',
            name='history_change_reason',
            field=models.TextField(null=True),
        ),
    ]
