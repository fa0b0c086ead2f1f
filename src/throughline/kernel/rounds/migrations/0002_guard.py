"""The database itself refuses to change or remove what was handed in, and the form it answers, whoever asks."""

from django.db import migrations

GUARD = """
CREATE FUNCTION rounds_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was handed in never changes: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER rounds_version_frozen BEFORE UPDATE OR DELETE ON rounds_version
    FOR EACH ROW EXECUTE FUNCTION rounds_is_frozen();
CREATE TRIGGER rounds_version_not_emptied BEFORE TRUNCATE ON rounds_version
    FOR EACH STATEMENT EXECUTE FUNCTION rounds_is_frozen();
CREATE TRIGGER rounds_edition_frozen BEFORE UPDATE OR DELETE ON rounds_edition
    FOR EACH ROW EXECUTE FUNCTION rounds_is_frozen();
CREATE TRIGGER rounds_edition_not_emptied BEFORE TRUNCATE ON rounds_edition
    FOR EACH STATEMENT EXECUTE FUNCTION rounds_is_frozen();
"""
UNGUARD = """
DROP TRIGGER rounds_edition_not_emptied ON rounds_edition;
DROP TRIGGER rounds_edition_frozen ON rounds_edition;
DROP TRIGGER rounds_version_not_emptied ON rounds_version;
DROP TRIGGER rounds_version_frozen ON rounds_version;
DROP FUNCTION rounds_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("rounds", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
