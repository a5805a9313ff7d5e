from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from models import Comment, Post, User


def all_posts(session):
    return session.scalars(select(Post)).all()


def published(session):
    return session.scalars(select(Post).where(Post.status == 'published')).all()


def executed(session):
    return session.execute(select(Post).where(Post.author_id == 1, Post.status != 'draft')).scalars().all()


def by_filter(session, title='x'):
    return session.scalars(select(Post).filter_by(title=title)).first()


def either(session):
    return session.scalars(select(Post).where(or_(Post.status == 'a', Post.title.like('b%'))))


def both(session):
    return session.scalars(select(Post).where((Post.status == 'a') & (Post.id > 3)))


def every(session):
    return session.scalars(select(Post).where(and_(Post.status == 'a', Post.id <= 3)))


def listed(session):
    return session.scalars(select(Post).where(Post.id.in_([1, 2])))


def nothing(session):
    return session.scalars(select(Post).where(Post.status.is_(None)))


def something(session):
    return session.scalars(select(Post).where(Post.status.is_not(None)))


def caseless(session):
    return session.scalars(select(User).where(User.name.ilike('a%')))


def newest(session):
    return session.scalars(select(Post).order_by(Post.createdAt.desc(), Post.id).limit(10).offset(20))


def built(session, status='draft'):
    statement = select(Post).where(Post.status == status)
    statement = statement.order_by(Post.id)
    return session.scalars(statement.limit(5)).all()


def joined(session):
    return session.scalars(select(Post).options(joinedload(Post.author)))


def one(session):
    return session.scalar(select(Comment).where(Comment.id == 1))


def of_post(session, post_id=1):
    return session.execute(select(Comment).filter(Comment.post_id == post_id)).scalar_one_or_none()
