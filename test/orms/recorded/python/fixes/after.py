from django.db.models import Count
from django.contrib.auth.models import User

from ..blog.models import Comment, Post, Tag


def authors():
    names = []
    posts = Post.objects.order_by('id')
    users_by_id = User.objects.in_bulk([post.author_id for post in posts])
    for post in posts:
        author = users_by_id.get(post.author_id) or User.objects.get(pk=post.author_id)
        names.append(author.username)
    return names


def editors():
    names = []
    posts = Post.objects.order_by('id')
    users_by_id = User.objects.in_bulk([post.editor_id for post in posts])
    for post in posts:
        editor = users_by_id.get(post.editor_id)
        names.append(editor.username if editor else None)
    return names


def missing():
    names = []
    posts = Post.objects.order_by('id')
    users_by_id = User.objects.in_bulk([post.editor_id for post in posts])
    for post in posts:
        try:
            names.append((users_by_id.get(post.editor_id) or User.objects.get(id=post.editor_id)).username)
        except User.DoesNotExist:
            names.append('nobody')
    return names


def counted():
    found = {}
    posts = Post.objects.order_by('id')
    comment_counts = dict(Comment.objects.filter(post__in=[post.pk for post in posts]).order_by().values_list('post').annotate(Count('pk')))
    # Posts in the order of their age.
    for post in posts:
        found[post.title] = comment_counts.get(post.pk, 0)
    return found


def discussed():
    titles = []
    posts = list(Post.objects.order_by('id')[:10])
    post_ids_with_comment = set(Comment.objects.filter(post__in=[post.pk for post in posts]).order_by().values_list('post', flat=True))
    for post in posts:
        if (post.pk in post_ids_with_comment):
            titles.append(post.title)
    return titles


def counted_set():
    total = 0
    posts = Post.objects.all()
    comment_counts = dict(Comment.objects.filter(post__in=[post.pk for post in posts]).order_by().values_list('post').annotate(Count('pk')))
    for post in posts:
        total += comment_counts.get(post.pk, 0)
    return total


def created(labels=('x', 'y', 'z')):
    Tag.objects.bulk_create([Tag(label=label) for label in labels])
    return list(Tag.objects.order_by('id').values_list('label', flat=True))


def copied():
    Comment.objects.bulk_create([
        Comment(post_id=comment.post_id, author_id=comment.author_id, body=comment.body.upper(), score=2)
        for comment in Comment.objects.filter(score=1)
    ])
    return list(Comment.objects.order_by('id').values_list('body', flat=True))
