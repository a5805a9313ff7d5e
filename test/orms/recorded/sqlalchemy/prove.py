"""Runs fixes/before.py and fixes/after.py on SQLite: the same results, with few statements: python3 prove.py (needs SQLAlchemy)."""
import inspect

from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

import models
from fixes import after, before

engine = create_engine('sqlite://')
models.Base.metadata.create_all(engine)
with Session(engine) as session:
    users = [models.User(name=f'user{n}') for n in range(9)]
    posts = [models.Post(title=f'post{n}', createdAt='2020', author=users[n]) for n in range(9)]
    session.add_all(posts + [models.Comment(body='x', post=post) for post in posts])
    session.commit()

sent = []


@event.listens_for(engine, 'before_cursor_execute')
def note(connection, cursor, statement, *rest):
    sent.append(statement)


def run(function):
    with Session(engine) as session:
        sent.clear()
        return function(session), len(sent)


for name, function in inspect.getmembers(before, inspect.isfunction):
    (one, many), (other, few) = run(function), run(getattr(after, name))
    assert one == other, (name, one, other)
    print(f'{name}: {many} statements before, {few} after, the same result')
