from django.db import migrations, models


class Migration(migrations.Migration):
    """'sort' is the word by which the address of a list says its order."""

    dependencies = [('training', '0003_teaching')]

    operations = [
        migrations.RemoveConstraint('application', 'one_open_application'),
        migrations.RenameField('application', 'sort', 'kind'),
        migrations.RenameField('pairing', 'sort', 'kind'),
        migrations.AddConstraint(
            'application',
            models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('person', 'kind', 'side'), name='one_open_application'),
        ),
    ]
