"""Records what SQLAlchemy makes for PostgreSQL of each call in calls.py and reports.py: python3 record.py > sqlalchemy.json (needs SQLAlchemy)."""
import asyncio
import inspect
import json
import re

from sqlalchemy import create_engine, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

import calls
import models
import reports

# The statements run on SQLite, so that rows are found and what belongs to them is asked for.
engine = create_engine('sqlite://')
models.Base.metadata.create_all(engine)
with Session(engine) as session:
    tag = models.Tag(id=1, label='sql')
    author = models.User(id=1, name='ada')
    post = models.Post(id=1, title='x', status='a', createdAt='2020', author=author, tags=[tag])
    session.add_all([models.Post(id=n, title='axz', status='a', createdAt='2020', author=author) for n in (2, 3)])
    session.add_all([post, models.Comment(id=1, body='x', post=post)])
    session.commit()

sent = []


@event.listens_for(engine, 'before_execute')
def note(connection, statement, many, parameters, options):
    keys = list(parameters or (many[0] if many else {})) or None
    compiled = str(statement.compile(dialect=postgresql.dialect(), column_keys=keys, for_executemany=len(many) > 1))
    text = re.sub(r'__\[POSTCOMPILE_\w+\]|%\(\w+\)s(::\w+)?', '$1', ' '.join(compiled.split()))
    sent.append(text.replace('%%', '%'))


class Waiting:
    """An AsyncSession, as far as it passes on what it is given."""

    def __init__(self, session):
        self.session = session

    async def execute(self, *given):
        return self.session.execute(*given)

    async def scalar(self, *given):
        return self.session.scalar(*given)


recorded = {}
for module in (calls, reports):
    for name, call in inspect.getmembers(module, inspect.isfunction):
        if call.__module__ != module.__name__:
            continue
        with Session(engine) as session:
            sent.clear()
            if inspect.iscoroutinefunction(call):
                asyncio.run(call(Waiting(session)))
            else:
                call(session)
            recorded[f'{module.__name__}.{name}'] = list(sent)
            session.rollback()
print(json.dumps(recorded, indent=2))
