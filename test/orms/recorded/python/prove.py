"""Runs fixes/before.py and fixes/after.py on SQLite: the same results, with few statements: python3 prove.py (needs Django)."""
import importlib
import inspect
import sys
from pathlib import Path

import django
from django.conf import settings

here = Path(__file__).resolve().parent
sys.path[:0] = [str(here.parent), str(here)]
settings.configure(
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}},
    INSTALLED_APPS=['django.contrib.contenttypes', 'django.contrib.auth', 'python.blog'],
    DEFAULT_AUTO_FIELD='django.db.models.BigAutoField',
    USE_TZ=False,
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from python.blog.models import Comment, Post  # noqa: E402

call_command('migrate', run_syncdb=True, verbosity=0)
users = [User.objects.create(username=f'user{n}') for n in range(4)]
for n in range(12):
    post = Post.objects.create(title=f'post{n}', status='draft', author=users[n % 4], editor=users[n % 3] if n % 5 else None)
    for m in range(n % 4):
        Comment.objects.create(post=post, author=users[m], body=f'{n}-{m}', score=m)


def run(function):
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        result = function()
        count = len(queries)
        transaction.set_rollback(True)
    return result, count


before, after = (importlib.import_module(f'python.fixes.{name}') for name in ('before', 'after'))
for name, function in inspect.getmembers(before, inspect.isfunction):
    if function.__module__ != before.__name__:
        continue
    (one, many), (other, few) = run(function), run(getattr(after, name))
    assert one == other, (name, one, other)
    print(f'{name}: {many} statements before, {few} after, the same result')
