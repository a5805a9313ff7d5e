"""Records the SELECT that SQLAlchemy makes of each call in calls.py: python3 record.py > sqlalchemy.json (needs SQLAlchemy)."""
import inspect
import json
import re
import sys
from unittest.mock import MagicMock

from sqlalchemy.dialects import postgresql

import calls

sent = []


class Session:
    def execute(self, statement):
        sent.append(str(statement.compile(dialect=postgresql.dialect(), compile_kwargs={'render_postcompile': True})))
        return MagicMock()

    scalars = scalar = execute


recorded = {}
for name, call in inspect.getmembers(calls, inspect.isfunction):
    if call.__module__ != 'calls':
        continue
    sent.clear()
    call(Session())
    recorded[name] = [re.sub(r'%\(\w+\)s(::\w+)?', '$1', ' '.join(sql.split())) for sql in sent]
json.dump(recorded, sys.stdout, indent=2)
