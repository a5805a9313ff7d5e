"""Loops that stay as they are."""
from sqlalchemy import select

from models import Post, User


def one_by_one(session):
    for post in session.scalars(select(Post)):
        print(session.get(User, post.author_id))


def changed(session):
    for post in session.query(Post).all():
        author = session.get(User, post.author_id)
        author.name = post.title


async def waited(session):
    result = await session.scalars(select(Post))
    posts = result.all()
    for post in posts:
        print(await session.get(User, post.author_id))
