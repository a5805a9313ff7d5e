from django.contrib.auth.models import User

from ..blog.models import Comment, Post, Tag


def authors():
    names = []
    for post in Post.objects.order_by('id'):
        author = User.objects.get(pk=post.author_id)
        names.append(author.username)
    return names


def editors():
    names = []
    posts = Post.objects.order_by('id')
    for post in posts:
        editor = User.objects.filter(pk=post.editor_id).first()
        names.append(editor.username if editor else None)
    return names


def missing():
    names = []
    for post in Post.objects.order_by('id'):
        try:
            names.append(User.objects.get(id=post.editor_id).username)
        except User.DoesNotExist:
            names.append('nobody')
    return names


def counted():
    found = {}
    # Posts in the order of their age.
    for post in Post.objects.order_by('id'):
        found[post.title] = Comment.objects.filter(post=post).count()
    return found


def discussed():
    titles = []
    posts = list(Post.objects.order_by('id')[:10])
    for post in posts:
        if post.comment_set.exists():
            titles.append(post.title)
    return titles


def counted_set():
    total = 0
    for post in Post.objects.all():
        total += post.comment_set.count()
    return total


def created(labels=('x', 'y', 'z')):
    for label in labels:
        Tag.objects.create(label=label)
    return list(Tag.objects.order_by('id').values_list('label', flat=True))


def copied():
    for comment in Comment.objects.filter(score=1):
        Comment.objects.create(post_id=comment.post_id, author_id=comment.author_id, body=comment.body.upper(), score=2)
    return list(Comment.objects.order_by('id').values_list('body', flat=True))
