"""The one stamp of the node and the triggers of bitemporal tables."""

from pathlib import Path

from django.db import migrations

STAMP = Path(__file__).parents[1] / "stamp.sql"
UNDO = """
drop function bitemporal_on_insert, bitemporal_on_update, bitemporal_on_delete;
drop function bitemporal_held, bitemporal_settle, bitemporal_take;
drop table bitemporal_stamp;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(STAMP.read_text(), UNDO)]
