"""
python3 prove.py before.py|after.py, with DATABASE_URL, psycopg2 and SQLAlchemy 2: what six calls of each function say, one
after the other, in a process of its own with pools of two. Before, the third finds no connection; after, each has its own error.
"""

import subprocess
import sys

names = [
    "of_pool",
    "of_pool_in_try",
    "of_pool_left_early",
    "of_pool_closed",
    "of_engine",
    "of_session",
    "of_own_session",
]

call = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location('program', sys.argv[1])
program = importlib.util.module_from_spec(spec)
spec.loader.exec_module(program)
said, kept = [], []
for _ in range(6):
    try:
        getattr(program, sys.argv[2])()
        said.append('done')
    except Exception as error:
        # As whoever logs errors does.
        kept.append(error)
        said.append(type(error).__name__)
print(sys.argv[2], *said)
"""

for name in names:
    print(subprocess.run([sys.executable, "-c", call, sys.argv[1], name], capture_output=True, text=True).stdout.strip())
