import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import throughline.kernel.ids
import throughline.training.models.evaluation
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rounds', '0002_guard'),
        ('training', '0001_initial'),
    ]

    operations = [
        migrations.DeleteModel(
            name='Opinion',
        ),
        migrations.DeleteModel(
            name='Ticket',
        ),
        migrations.DeleteModel(
            name='Evaluation',
        ),
        migrations.CreateModel(
            name='Evaluation',
            fields=[
                ('id', models.UUIDField(default=throughline.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evaluations', to='training.activity')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rounds.edition', verbose_name='questionnaire')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'Reaction'), (2, 'Learning'), (3, 'Behaviour'), (4, 'Results')], verbose_name='level')),
                ('role', models.CharField(choices=[('participant', 'Participant'), ('trainer', 'Trainer'), ('line-manager', 'Line manager')], max_length=12, verbose_name='asked of')),
                ('sort', models.CharField(choices=[('pre-test', 'Pre-test'), ('post-test', 'Post-test'), ('survey', 'Survey')], default='survey', max_length=10, verbose_name='kind')),
                ('anonymous', models.BooleanField(default=True, verbose_name='anonymous')),
                ('least', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='answers below which nothing is shown')),
                ('days', models.IntegerField(default=0, help_text='Before the first day where the number is negative, as for a pre-test.', validators=[django.core.validators.MinValueValidator(-60), django.core.validators.MaxValueValidator(730)], verbose_name='days after the end')),
                ('open_days', models.PositiveSmallIntegerField(default=21, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(180)], verbose_name='days it is open')),
                ('reminders', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=throughline.training.models.evaluation.usual_reminders, size=None, verbose_name='reminders, days before it closes')),
                ('addresses', django.contrib.postgres.fields.ArrayField(base_field=models.EmailField(max_length=254), blank=True, default=list, size=None, verbose_name='e-mail addresses')),
                ('sent_at', models.DateTimeField(editable=False, null=True, verbose_name='sent')),
                ('closes_on', models.DateField(editable=False, null=True, verbose_name='closes')),
                ('reminded_on', models.DateField(editable=False, null=True)),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed')),
            ],
            options={
                'ordering': ['activity', 'level', 'sort', 'role', 'id'],
                'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['closed_at'], name='evaluation_open')],
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.UUIDField(default=throughline.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tickets', to='training.evaluation')),
                ('place', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tickets', to='training.place')),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('told', models.BooleanField(default=False)),
                ('used', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('place__isnull', False)), fields=('evaluation', 'place'), name='one_ticket_a_place'), models.UniqueConstraint(condition=models.Q(('place', None), models.Q(('email', ''), _negated=True)), fields=('evaluation', 'email'), name='one_ticket_an_address')],
            },
        ),
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.UUIDField(default=throughline.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='opinion', to='training.ticket')),
                ('answers', models.JSONField(default=dict)),
                ('points', models.DecimalField(decimal_places=2, max_digits=9, null=True, verbose_name='points')),
                ('most', models.DecimalField(decimal_places=2, max_digits=9, null=True, verbose_name='points at most')),
            ],
            options={
            },
        ),
        migrations.CreateModel(
            name='Heap',
            fields=[
                ('evaluation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='heap', serialize=False, to='training.evaluation')),
                ('answers', models.JSONField(default=dict)),
            ],
            options={
            },
        ),
        migrations.CreateModel(
            name='Superior',
            fields=[
                ('place', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='superior', serialize=False, to='training.place')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
            ],
            options={
            },
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('activity', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='lesson', serialize=False, to='training.activity')),
                ('lessons', models.TextField(blank=True, verbose_name='lessons')),
                ('conclusions', models.TextField(blank=True, verbose_name='conclusions')),
            ],
            options={
            },
        ),
    ]

