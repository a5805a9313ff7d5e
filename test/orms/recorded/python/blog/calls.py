from django.db.models import Q
from django.shortcuts import get_object_or_404

from .models import Comment, Post, Profile, Tag


def all_posts():
    return list(Post.objects.all())


def published():
    return list(Post.objects.filter(status='published'))


def by_author(author_id=1):
    return list(Post.objects.filter(author_id=author_id, status='draft'))


def by_author_name():
    return list(Post.objects.filter(author__username='ada'))


def searched():
    return list(Post.objects.filter(title__icontains='sql', status__in=['draft', 'published']))


def excluded():
    return list(Post.objects.exclude(status='draft'))


def either():
    return list(Post.objects.filter(Q(status='draft') | Q(title__startswith='A')))


def ordered():
    return list(Post.objects.order_by('title', '-id')[:10])


def page():
    return list(Post.objects.all()[10:30])


def one(pk=1):
    return Post.objects.get(pk=pk)


def first():
    return Comment.objects.first()


def last():
    return Post.objects.last()


def counted():
    return Post.objects.filter(status='draft').count()


def has_any():
    return Comment.objects.filter(post_id=3).exists()


def with_author():
    return list(Post.objects.select_related('author', 'editor'))


def with_comments():
    return list(Post.objects.prefetch_related('comment_set', 'tags'))


def of_comment_author():
    return list(Post.objects.filter(comment__author_id=1).distinct())


def tagged():
    return list(Post.objects.filter(tags__label='sql'))


def titles():
    return list(Post.objects.values_list('title', 'author__username'))


def renamed(pk=1):
    return Post.objects.filter(pk=pk).update(title='x')


def new_comment():
    return Comment.objects.create(post_id=1, author_id=2, body='hi')


def nulls():
    return list(Post.objects.filter(editor__isnull=True))


def edited_by(user_id=3):
    return list(Post.objects.filter(editor=user_id))


def found(pk=1):
    return get_object_or_404(Post, pk=pk)


def ranged():
    return list(Comment.objects.filter(id__gte=3, id__lt=9).order_by('id'))


def built():
    posts = Post.objects.filter(status='draft')
    posts = posts.order_by('title')
    return list(posts[:5])


def bio():
    return list(Profile.objects.filter(user__username='ada').select_related('user'))


def labels():
    return list(Tag.objects.filter(posts__status='draft').order_by('label'))


def any_of(ids=(1, 2)):
    return list(Comment.objects.filter(post__author__username='ada', body__contains='x'))


class PostService:
    def __init__(self, status):
        self.status = status

    def base(self):
        return Post.objects.filter(status='draft')

    def recent(self):
        return list(Post.objects.filter(status=self.status).order_by('-id')[:5])


def by_service():
    return PostService('draft').recent()


def not_titled():
    return list(Comment.objects.filter(~Q(body='x'), post_id=1))


def both():
    return list(Comment.objects.filter(Q(body='x') & Q(post_id=1)))


def deep():
    return list(Comment.objects.select_related('post__author').filter(post__status='draft'))


def prefetched_deep():
    return list(Post.objects.prefetch_related('comment_set__author'))


def created_tag(label='sql'):
    return Tag.objects.create(label=label)


def moved(post_id=3, to=4):
    return Comment.objects.filter(post_id=post_id).update(post_id=to)


def by_user(user_id=1):
    return list(Post.objects.filter(author__id=user_id))


def with_profile():
    return list(Post.objects.filter(author__profile__bio__contains='x'))


def ids():
    return list(Tag.objects.values_list('id', flat=True))


def ordered_by_author():
    return list(Post.objects.order_by('author__username', '-title'))


def last_comment():
    return Comment.objects.filter(post_id=2).last()


def unpublished_count():
    return Post.objects.exclude(status='published').filter(author_id=1).count()


def page_of(offset=20, size=10):
    return list(Comment.objects.all()[20:30])
