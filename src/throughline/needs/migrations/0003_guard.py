"""The database itself refuses to change results and decisions, and to add results to what was validated."""

from django.db import migrations

ONCE = ("analysis", "topicresult", "expertreview", "validation", "adjustment")
FUNCTIONS = """
CREATE FUNCTION needs_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'results and decisions are written once: % of % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION needs_is_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM needs_analysis a JOIN needs_exercise e ON e.id = a.exercise_id
        WHERE a.id = NEW.analysis_id AND e.state IN ('validated', 'published', 'superseded')
    ) THEN
        RAISE EXCEPTION 'these results were validated: no more are added' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER needs_topicresult_decided BEFORE INSERT ON needs_topicresult
    FOR EACH ROW EXECUTE FUNCTION needs_is_decided();
"""
GUARD = """
CREATE TRIGGER needs_{0}_frozen BEFORE UPDATE OR DELETE ON needs_{0}
    FOR EACH ROW EXECUTE FUNCTION needs_is_frozen();
CREATE TRIGGER needs_{0}_not_emptied BEFORE TRUNCATE ON needs_{0}
    FOR EACH STATEMENT EXECUTE FUNCTION needs_is_frozen();
"""
UNGUARD = """
DROP TRIGGER needs_{0}_not_emptied ON needs_{0};
DROP TRIGGER needs_{0}_frozen ON needs_{0};
"""
FORGOTTEN = """
DROP TRIGGER needs_topicresult_decided ON needs_topicresult;
DROP FUNCTION needs_is_decided();
DROP FUNCTION needs_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("needs", "0002_initial")]
    operations = [
        migrations.RunSQL(
            FUNCTIONS + "".join(GUARD.format(name) for name in ONCE),
            "".join(UNGUARD.format(name) for name in ONCE) + FORGOTTEN,
        )
    ]
