from models import Comment, Post, User


def authors(session):
    names = []
    posts = session.query(Post).order_by(Post.id).all()
    for post in posts:
        author = session.get(User, post.author_id)
        names.append(author.name if author else None)
    return names


def of_comments(session):
    titles = []
    for comment in session.query(Comment).order_by(Comment.id).all():
        titles.append(session.get(Post, comment.post_id).title)
    return titles
