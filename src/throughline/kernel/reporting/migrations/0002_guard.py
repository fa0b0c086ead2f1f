"""What was built is what will be signed: the database refuses to change the content of a report."""

from django.db import migrations

GUARD = """
CREATE FUNCTION reporting_content_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the content of a report never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER reporting_report_content BEFORE UPDATE ON reporting_report FOR EACH ROW
    WHEN (OLD.snapshot IS DISTINCT FROM NEW.snapshot OR OLD.fingerprint IS DISTINCT FROM NEW.fingerprint)
    EXECUTE FUNCTION reporting_content_is_final();
"""
UNGUARD = """
DROP TRIGGER reporting_report_content ON reporting_report;
DROP FUNCTION reporting_content_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
