"""Renders the views of program/ and mended/ on SQLite: the same pages, however many rows: python3 prove.py (needs Django)."""
import importlib.util
import inspect
import sys
from pathlib import Path

import django
from django.conf import settings

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here / 'program'))
settings.configure(
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}},
    INSTALLED_APPS=['blog'],
    TEMPLATES=[{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True}],
    DEFAULT_AUTO_FIELD='django.db.models.BigAutoField',
    USE_TZ=False,
)
django.setup()

from blog.models import Author, Comment, Post, Tag  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

call_command('migrate', run_syncdb=True, verbosity=0)
tags = [Tag.objects.create(label=f'tag{n}') for n in range(3)]
authors = [Author.objects.create(name=f'author{n}') for n in range(4)]


def add(posts):
    for n in range(posts):
        post = Post.objects.create(title=f'post{n}', author=authors[n % 4], editor=authors[n % 3] if n % 5 else None)
        post.tags.set(tags[: n % 3])
        for m in range(n % 4):
            Comment.objects.create(post=post, author=authors[m], body=f'{n}-{m}')
    first = Post.objects.get(pk=1)
    for m in range(posts):
        Comment.objects.create(post=first, author=authors[m % 4], body=f'more-{m}')


def load(path):
    spec = importlib.util.spec_from_file_location(f'{path.parent.name}_views', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(view):
    request = RequestFactory().get('/')
    with CaptureQueriesContext(connection) as queries:
        response = view.as_view()(request, pk=1) if inspect.isclass(view) else view(request)
        if hasattr(response, 'render'):
            response.render()
    return response.content, len(queries)


def views(module):
    return {name: view for name, view in vars(module).items() if getattr(view, '__module__', '') == module.__name__}


before, after = views(load(here / 'program' / 'blog' / 'views.py')), views(load(here / 'mended' / 'views.py'))
add(12)
small = {name: (run(before[name]), run(after[name])) for name in before}
add(24)
for name, ((page, many), (other, few)) in small.items():
    assert page == other, name
    (page, more), (other, same) = run(before[name]), run(after[name])
    assert page == other and len(page) > 20, name
    assert few == same, (name, few, same)
    print(f'{name}: {many} and {more} statements before, {few} after, the same page')
