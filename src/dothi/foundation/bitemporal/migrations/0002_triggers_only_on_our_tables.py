"""
Keep the row triggers from every role: they run as the owner, wherever they are attached.

Attached to a temporary table that is named like a real one, they would write into its past. What is
attached already needs no right of the role that writes.
"""

from django.db import migrations

TRIGGERS = "bitemporal_on_insert(), bitemporal_on_update(), bitemporal_on_delete()"


class Migration(migrations.Migration):
    dependencies = [("bitemporal", "0001_stamp")]
    operations = [
        migrations.RunSQL(
            f"revoke execute on function {TRIGGERS} from public, dothi_app, dothi_seal;",
            f"grant execute on function {TRIGGERS} to dothi_app, dothi_seal;",
        )
    ]
