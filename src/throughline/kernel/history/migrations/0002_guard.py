"""The database itself refuses to change or remove history, whoever asks."""

from django.db import migrations

GUARD = """
CREATE FUNCTION history_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is append-only: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER history_entry_final BEFORE UPDATE OR DELETE ON history_entry
    FOR EACH ROW EXECUTE FUNCTION history_entry_is_final();
CREATE TRIGGER history_entry_not_emptied BEFORE TRUNCATE ON history_entry
    FOR EACH STATEMENT EXECUTE FUNCTION history_entry_is_final();
"""
UNGUARD = """
DROP TRIGGER history_entry_not_emptied ON history_entry;
DROP TRIGGER history_entry_final ON history_entry;
DROP FUNCTION history_entry_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
