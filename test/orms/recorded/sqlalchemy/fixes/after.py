from sqlalchemy import select
from models import Comment, Post, User


def authors(session):
    names = []
    posts = session.query(Post).order_by(Post.id).all()
    users_by_id = {row.id: row for row in session.scalars(select(User).where(User.id.in_([post.author_id for post in posts])))}
    for post in posts:
        author = users_by_id.get(post.author_id)
        names.append(author.name if author else None)
    return names


def of_comments(session):
    titles = []
    comments = session.query(Comment).order_by(Comment.id).all()
    posts_by_id = {row.id: row for row in session.scalars(select(Post).where(Post.id.in_([comment.post_id for comment in comments])))}
    for comment in comments:
        titles.append(posts_by_id.get(comment.post_id).title)
    return titles
