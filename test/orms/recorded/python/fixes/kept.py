"""Loops that stay as they are."""
from django.contrib.auth.models import User

from ..blog.models import Comment, Post, Tag


def changed():
    for post in Post.objects.all():
        author = User.objects.get(pk=post.author_id)
        author.first_name = post.title
        author.save()


def told():
    for post in Post.objects.all():
        author = User.objects.get(pk=post.author_id)
        notify(author)


def once():
    for post in Post.objects.all().iterator():
        print(User.objects.get(pk=post.author_id))


def some():
    for post in Post.objects.all():
        print(Comment.objects.filter(post=post, score=1).count())


def built(names):
    for name in names:
        Tag.objects.create(label=name)
        print(name)


def last(names):
    for name in names:
        Tag.objects.create(label=name)
    return name


def listed():
    return [User.objects.get(pk=post.author_id) for post in Post.objects.all()]


def notify(author):
    User.objects.filter(pk=author.pk).update(is_active=False)


def backwards():
    for post in reversed(Post.objects.order_by('id')):
        print(User.objects.get(pk=post.author_id))


def generated():
    posts = (post for post in Post.objects.all())
    for post in posts:
        print(User.objects.get(pk=post.author_id))


def given():
    for post in Post.objects.all():
        author = User.objects.get(pk=post.author_id)
        yield author


def numbered(names):
    for name in names:
        Tag.objects.create(label=f'{name}{Tag.objects.count()}')


def asked_elsewhere():
    for post in all_posts():
        print(User.objects.get(pk=post.author_id))


def all_posts():
    for post in Post.objects.all():
        yield post
