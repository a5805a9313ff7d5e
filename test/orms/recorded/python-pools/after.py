"""Each function fails while it has a connection. prove.py runs them with pools of two."""

import os

from psycopg2.pool import ThreadedConnectionPool
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

url = os.environ.get("DATABASE_URL", "postgresql://")
pool = ThreadedConnectionPool(1, 2, url)
engine = create_engine(url.replace("postgresql:", "postgresql+psycopg2:"), pool_size=2, max_overflow=0, pool_timeout=1)
SessionLocal = sessionmaker(bind=engine)


def of_pool():
    connection = pool.getconn()
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT 1 / 0")
        rows = cursor.fetchall()
    finally:
        pool.putconn(connection)
    return rows


def of_pool_in_try():
    connection = pool.getconn()
    try:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
                connection.commit()
        except ValueError:
            return None
        return 1
    finally:
        pool.putconn(connection)


def of_pool_left_early(name=None):
    connection = pool.getconn()
    try:
        if name is None:
            return None
        # Only now.
        cursor = connection.cursor()
        cursor.execute("SELECT %s", [name])
    finally:
        pool.putconn(connection)
    return name


def of_pool_closed():
    connection = pool.getconn()
    try:
        connection.cursor().execute("SELECT 1")
        connection.close()
    finally:
        pool.putconn(connection)


def of_engine():
    connection = engine.connect()
    try:
        rows = connection.execute(text("SELECT 1 / 0")).all()
    finally:
        connection.close()
    return [row[0] for row in rows]


def of_session():
    session = SessionLocal()
    try:
        total = 0
        for number in range(3):
            total += session.execute(text("SELECT 1 / 0")).scalar_one()
    finally:
        session.close()

    return total


def of_own_session():
    session = Session(engine)
    try:
        return session.execute(text("SELECT 1 / 0")).scalar_one()
    finally:
        session.close()
