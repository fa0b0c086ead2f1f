"""The database itself refuses to change or remove a release or its files, whoever asks.

Only the audience may move: who reads a release follows grants, what it says does not.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION publications_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'audience_id' = to_jsonb(NEW) - 'audience_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a release never changes: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER publications_release_frozen BEFORE UPDATE OR DELETE ON publications_release
    FOR EACH ROW EXECUTE FUNCTION publications_is_frozen();
CREATE TRIGGER publications_release_not_emptied BEFORE TRUNCATE ON publications_release
    FOR EACH STATEMENT EXECUTE FUNCTION publications_is_frozen();
CREATE TRIGGER publications_file_frozen BEFORE UPDATE OR DELETE ON publications_releasefile
    FOR EACH ROW EXECUTE FUNCTION publications_is_frozen();
CREATE TRIGGER publications_file_not_emptied BEFORE TRUNCATE ON publications_releasefile
    FOR EACH STATEMENT EXECUTE FUNCTION publications_is_frozen();
"""
UNGUARD = """
DROP TRIGGER publications_file_not_emptied ON publications_releasefile;
DROP TRIGGER publications_file_frozen ON publications_releasefile;
DROP TRIGGER publications_release_not_emptied ON publications_release;
DROP TRIGGER publications_release_frozen ON publications_release;
DROP FUNCTION publications_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("publications", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
