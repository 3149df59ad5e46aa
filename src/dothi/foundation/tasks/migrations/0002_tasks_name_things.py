"""A task says what it is about; the page knows the address of that."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_work_list")]
    operations = [migrations.RemoveField("task", "link")]
