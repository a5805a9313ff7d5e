from sqlalchemy import and_, case, delete, distinct, exists, func, insert, literal, not_, or_, select, update
from sqlalchemy.orm import contains_eager, joinedload, selectinload, subqueryload

from models import Comment, Post, Tag, User


def with_author_name(session):
    return session.execute(select(Post, User.name).join(Post.author)).all()


def of_author(session, name='ada'):
    return session.scalars(select(Post).join(Post.author).where(User.name == name)).all()


def joined_by_model(session):
    return session.scalars(select(Post).join(User).where(User.id == 3)).all()


def joined_on(session):
    return session.scalars(select(Post).join(Comment, Comment.post_id == Post.id).where(Comment.body == 'x')).all()


def outer(session):
    return session.execute(select(User.name, Post.title).outerjoin(User.posts)).all()


def outer_flag(session):
    return session.execute(select(User.name, Post.title).join(User.posts, isouter=True)).all()


def from_left(session):
    return session.execute(select(Post.title).join_from(User, Post).where(User.name == 'x')).all()


def of_tag(session, label='sql'):
    return session.scalars(select(Post).join(Post.tags).where(Tag.label == label)).all()


def counted(session):
    return session.scalar(select(func.count()).select_from(Post))


def counted_ids(session, status='draft'):
    return session.scalar(select(func.count(Post.id)).where(Post.status == status))


def by_status(session):
    return session.execute(select(Post.status, func.count(Post.id)).group_by(Post.status)).all()


def busy(session, least=3):
    return session.execute(
        select(Post.id, func.count(Comment.id).label('n'))
        .join(Post.comments)
        .group_by(Post.id)
        .having(func.count(Comment.id) > least)
        .order_by(func.count(Comment.id).desc())
    ).all()


def totals(session):
    return session.execute(select(func.max(Post.createdAt), func.min(Post.id), func.count(distinct(Post.author_id)))).one()


def got(session, post_id=1):
    return session.get(Post, post_id)


def titles(session):
    return session.scalars(select(Post.title).distinct()).all()


def columns(session):
    return session.execute(select(Post.id, Post.title).where(Post.id.between(3, 9))).all()


def like(session):
    return session.scalars(select(Post).where(Post.title.contains('x'), Post.title.startswith('a'))).all()


def ends(session):
    return session.scalars(select(Post).where(Post.title.endswith('z'))).all()


def not_in(session):
    return session.scalars(select(Post).where(Post.id.not_in([1, 2]))).all()


def in_query(session):
    return session.scalars(select(Post).where(Post.author_id.in_(select(User.id).where(User.name == 'x')))).all()


def having_comments(session):
    return session.scalars(select(Post).where(Post.comments.any(Comment.body == 'x'))).all()


def of_named(session):
    return session.scalars(select(Post).where(Post.author.has(User.name == 'x'))).all()


def without_comments(session):
    return session.scalars(select(Post).where(~Post.comments.any())).all()


def existing(session):
    return session.scalars(select(Post).where(exists().where(Comment.post_id == Post.id))).all()


def negated(session):
    return session.scalars(select(Post).where(not_(Post.status == 'a'), ~Post.id.in_([1, 2]))).all()


def nested(session):
    return session.scalars(select(Post).where(or_(and_(Post.status == 'a', Post.id > 3), Post.title == 'x'), Post.id < 9)).all()


def compared(session):
    return session.scalars(select(Comment).join(Comment.post).where(Comment.body == Post.title)).all()


def labelled(session):
    kind = case((Post.status == 'a', 'first'), else_='other')
    return session.execute(select(Post.id, kind.label('kind'))).all()


def coalesced(session):
    return session.execute(select(func.coalesce(Post.status, 'none'), func.lower(Post.title))).all()


def nulls(session):
    return session.scalars(select(Post).order_by(Post.status.desc().nulls_last(), Post.id)).all()


def with_comments(session):
    return session.scalars(select(Post).options(selectinload(Post.comments))).all()


def with_authors(session):
    return session.scalars(select(Post).options(selectinload(Post.author))).all()


def with_tags(session):
    return session.scalars(select(Post).options(selectinload(Post.tags))).all()


def joined_comments(session):
    return session.scalars(select(Post).options(joinedload(Post.comments))).unique().all()


def joined_tags(session):
    return session.scalars(select(Post).options(joinedload(Post.tags))).unique().all()


def joined_deep(session):
    return session.scalars(select(Comment).options(joinedload(Comment.post).joinedload(Post.author))).all()


def by_subquery(session):
    return session.scalars(select(Post).where(Post.id > 2).options(subqueryload(Post.comments))).all()


def eager_from_join(session):
    return session.scalars(select(Post).join(Post.author).where(User.name == 'x').options(contains_eager(Post.author))).all()


def selectin_deep(session):
    return session.scalars(select(User).options(selectinload(User.posts).selectinload(Post.comments))).all()


def old_all(session):
    return session.query(Post).filter(Post.status == 'a').order_by(Post.id.desc()).all()


def old_joined(session):
    return session.query(Post).join(Post.author).filter(User.name == 'x').all()


def old_columns(session):
    return session.query(Post.id, User.name).join(User, Post.author_id == User.id).all()


def old_count(session):
    return session.query(Post).filter_by(status='a').count()


def old_function(session):
    return session.query(func.count(Post.id)).filter(Post.status == 'a').scalar()


def old_first(session):
    return session.query(User).filter(User.name.like('a%')).first()


def old_grouped(session):
    return session.query(Post.author_id, func.count(Post.id)).group_by(Post.author_id).having(func.count(Post.id) > 2).all()


def old_update(session, post_id=1):
    return session.query(Post).filter(Post.id == post_id).update({'status': 'x'})


def old_delete(session):
    return session.query(Comment).filter(Comment.post_id == 9).delete()


def old_limited(session, page=2):
    return session.query(Post).order_by(Post.id).limit(10).offset(20).all()


def inserted(session):
    return session.execute(insert(Tag).values(label='a'))


def inserted_many(session):
    return session.execute(insert(Tag).values([{'label': 'a'}, {'label': 'b'}]))


def inserted_list(session):
    return session.execute(insert(Tag), [{'label': 'a'}, {'label': 'b'}])


def inserted_back(session):
    return session.execute(insert(Tag).values(label='a').returning(Tag.id)).scalar_one()


def changed(session, post_id=1):
    return session.execute(update(Post).where(Post.id == post_id).values(status='x', title='y'))


def counted_up(session):
    return session.execute(update(Comment).where(Comment.id == 2).values(post_id=Comment.post_id + 1))


def removed(session):
    return session.execute(delete(Comment).where(Comment.post_id.in_([1, 2])))


def added(session):
    session.add(Comment(body='x', post_id=1))
    session.flush()


def added_all(session):
    session.add_all([Tag(label='a'), Tag(label='b')])
    session.flush()


def added_named(session):
    tag = Tag(label='a')
    session.add(tag)
    session.commit()


def limited_one(session):
    return session.scalars(select(Post).where(Post.status == 'a').limit(1)).first()


def arithmetic(session):
    return session.execute(select(Post.id + 1, literal(3)).where(Post.id * 2 > 4)).all()


def two_entities(session):
    return session.execute(select(Post, User).join(Post.author)).all()


def built_up(session, status='a', name='x'):
    statement = select(Post).join(Post.author)
    statement = statement.where(Post.status == status, User.name == name)
    return session.scalars(statement.order_by(Post.id.desc())).all()


async def waited(session):
    result = await session.execute(select(Post).where(Post.status == 'a').options(selectinload(Post.comments)))
    return result.scalars().all()


async def waited_count(session):
    return await session.scalar(select(func.count()).select_from(Comment).where(Comment.post_id == 1))
