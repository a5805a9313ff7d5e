"""Records the SQL that Django sends for blog.reports.py, without a database: python3 record.py > django.json (needs Django and psycopg)."""
import inspect
import json
import sys
from unittest import mock

import django
from django.conf import settings

settings.configure(
    DATABASES={'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'blog'}},
    INSTALLED_APPS=['django.contrib.contenttypes', 'django.contrib.auth', 'blog'],
    DEFAULT_AUTO_FIELD='django.db.models.BigAutoField',
    USE_TZ=False,
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.db import models  # noqa: E402
from django.db.backends.utils import CursorWrapper  # noqa: E402
from django.db.models.sql.compiler import SQLCompiler  # noqa: E402
from blog import calls, reports  # noqa: E402

sent = []


class Cursor:
    """Gives one row for each query of whole rows, so that what follows is sent too."""

    rowcount = 1
    description = None

    def __init__(self):
        self.rows = []

    def execute(self, sql, parameters=None):
        sent.append(sql)
        head = sql[: sql.index(' FROM ')] if sql.startswith('SELECT') and ' FROM ' in sql else ''
        count = head.count('."')
        self.rows = [tuple([1] * max(count, 1))]

    def fetchone(self):
        return self.rows.pop() if self.rows else None

    def fetchmany(self, size=None):
        rows, self.rows = self.rows, []
        return rows

    fetchall = fetchmany

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


from django.db import connection  # noqa: E402

connection.cursor = lambda *a, **k: Cursor()
connection.chunked_cursor = lambda *a, **k: Cursor()
connection.ensure_connection = lambda: None
connection.get_autocommit = lambda: False
connection.set_autocommit = lambda *a, **k: None
connection._commit = connection._rollback = connection._savepoint = lambda *a: None
connection.in_atomic_block = True

recorded = {}
for module in (calls, reports):
    for name, call in inspect.getmembers(module, inspect.isfunction):
        if call.__module__ != module.__name__:
            continue
        sent.clear()
        try:
            call()
        except Exception as error:  # noqa: BLE001
            print(name, repr(error), file=sys.stderr)
        recorded[module.__name__.split('.')[-1] + '.' + name] = list(sent)
json.dump(recorded, sys.stdout, indent=2)
print()
