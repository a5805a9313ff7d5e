from django.contrib.auth.models import User
from django.db import models
from django.db.models import (
    Avg,
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Length, Lower, Upper

from .models import Comment, Post, Profile, Tag


def with_counts():
    return list(Post.objects.annotate(n=Count('comment')))


def with_counts_and_author():
    return list(Post.objects.select_related('author').annotate(n=Count('comment')).order_by('-n', 'title'))


def counted_twice():
    return list(Post.objects.annotate(models.Count('tags', distinct=True), comments=Count('comment', distinct=True)))


def busy():
    return list(Post.objects.annotate(n=Count('comment')).filter(n__gte=3, status='published'))


def busy_count():
    return Post.objects.annotate(n=Count('comment')).filter(n__gt=3).count()


def any_busy():
    return Post.objects.annotate(n=Count('comment')).filter(n__gt=3).exists()


def by_status():
    return list(Post.objects.values('status').annotate(n=Count('id')).order_by('-n'))


def by_status_pairs():
    return list(Post.objects.values_list('status').annotate(n=Count('*')))


def by_author():
    return list(Post.objects.values('author__username').annotate(n=Count('id'), last=Max('created_at')).order_by('author__username'))


def by_author_flat():
    return list(Comment.objects.order_by().values('author').annotate(total=Sum('score')).values_list('author', 'total'))


def filtered_count():
    return list(User.objects.annotate(drafts=Count('posts', filter=Q(posts__status='draft'))))


def totals():
    return Comment.objects.filter(post_id=3).aggregate(total=Sum('score'), mean=Avg('score'))


def bare_totals():
    return Comment.objects.aggregate(Max('score'), Min('score'))


def total_or_none():
    return Comment.objects.aggregate(total=Coalesce(Sum('score'), 0))


def total_default():
    return Comment.objects.aggregate(total=Sum('score', default=0))


def of_authors(name='a'):
    return Comment.objects.filter(post__author__username=name).aggregate(n=Count('post', distinct=True))


def commented():
    return list(Post.objects.annotate(has=Exists(Comment.objects.filter(post=OuterRef('pk')))))


def only_commented():
    return list(Post.objects.filter(Exists(Comment.objects.filter(post_id=OuterRef('pk'), score__gt=2))))


def not_commented():
    return list(Post.objects.filter(~Exists(Comment.objects.filter(post=OuterRef('pk')))))


def last_body():
    newest = Comment.objects.filter(post=OuterRef('pk')).order_by('-id')
    return list(Post.objects.annotate(last=Subquery(newest.values('body')[:1])))


def labelled():
    kind = Case(When(status='draft', then=Value('d')), When(status='published', title='x', then=Value('p')), default=Value('o'))
    return list(Post.objects.annotate(kind=kind))


def shown_name():
    return list(Post.objects.annotate(who=Coalesce('editor__username', 'author__username')))


def sums():
    return list(Comment.objects.annotate(double=F('score') * 2).filter(double__gt=F('post_id')))


def own_comments():
    return list(Comment.objects.filter(author=F('post__author')))


def upped(pk=1):
    return Comment.objects.filter(pk=pk).update(score=F('score') + 1)


def lowered():
    return list(Tag.objects.annotate(small=Lower('label')).order_by('small'))


def long_titles():
    return list(Post.objects.annotate(size=Length('title')).filter(size__gt=80).values('id', 'size'))


def nested_q():
    return list(Post.objects.filter(Q(status='draft') & (Q(title='a') | ~Q(author_id=3))))


def nullable_or():
    return list(Post.objects.filter(Q(editor__username='x') | Q(title='y')))


def both_or():
    return list(Post.objects.filter(Q(editor__username='x') | Q(editor__email='y')))


def not_editor():
    return list(Post.objects.exclude(editor_id=3))


def not_edited_by():
    return list(Post.objects.exclude(editor__username='x'))


def not_scored():
    return list(Comment.objects.exclude(score=1, body='x'))


def without_comments_of():
    return list(Post.objects.exclude(comment__body='x'))


def without_tag():
    return list(Post.objects.exclude(tags__label='x'))


def two_tags():
    return list(Post.objects.filter(tags__label='a').filter(tags__label='b'))


def tag_ids():
    return list(Post.objects.filter(tags__in=[1, 2]).distinct())


def of_tag(tag_id=1):
    return list(Post.objects.filter(tags=tag_id))


def in_query():
    return list(Comment.objects.filter(post__in=Post.objects.filter(status='draft')))


def in_ids():
    return list(Comment.objects.filter(post_id__in=Post.objects.filter(status='draft').values('id')))


def in_values_list():
    active = User.objects.filter(is_active=True).values_list('id', flat=True)
    return list(Post.objects.filter(author_id__in=active))


def distinct_on():
    return list(Comment.objects.order_by('post_id', '-id').distinct('post_id'))


def distinct_names():
    return list(Post.objects.order_by('author__username').values_list('author__username', flat=True).distinct())


def distinct_count():
    return Post.objects.filter(comment__score=1).distinct().count()


def sliced_count():
    return Comment.objects.filter(score=1)[:5].count()


def only_some():
    return list(Post.objects.only('title', 'author'))


def deferred():
    return list(Post.objects.defer('title'))


def locked(pk=1):
    return Post.objects.select_for_update().get(pk=pk)


def locked_skip():
    return list(Comment.objects.select_for_update(skip_locked=True).filter(score=1)[:10])


def locked_of():
    return list(Post.objects.select_related('author').select_for_update(of=('self',), nowait=True).filter(pk=1))


def locked_no_key():
    return Comment.objects.select_for_update(no_key=True).first()


def united():
    return list(Comment.objects.filter(score=1).union(Comment.objects.filter(score=2)))


def united_all():
    return list(Tag.objects.filter(label='a').union(Tag.objects.filter(label='b'), all=True))


def crossed():
    return list(Comment.objects.filter(score=1).intersection(Comment.objects.filter(author_id=2)))


def less():
    return list(Tag.objects.values('label').difference(Tag.objects.filter(id=1).values('label')))


def bulk_made(rows=((1, 'a'), (2, 'b'))):
    return Comment.objects.bulk_create([Comment(post_id=p, body=b, author_id=1, score=1) for p, b in rows])


def bulk_one():
    return Tag.objects.bulk_create([Tag(label='a')])


def bulk_ignored():
    return Tag.objects.bulk_create([Tag(label='a'), Tag(label='b')], ignore_conflicts=True)


def bulk_upserted():
    tags = [Tag(label='a'), Tag(label='b')]
    return Tag.objects.bulk_create(tags, update_conflicts=True, unique_fields=['id'], update_fields=['label'])


def bulk_changed():
    tags = [Tag(id=1, label='a')]
    return Tag.objects.bulk_update(tags, ['label'])


def bulk_scored(comments=None):
    comments = [Comment(id=1, score=2, body='a')]
    return Comment.objects.bulk_update(comments, ['score', 'body'])


def got_or_made(name='a'):
    return Tag.objects.get_or_create(label=name)


def put(pk=1):
    return Comment.objects.update_or_create(id=pk, defaults={'body': 'x', 'score': 1})


def put_tag(pk=1):
    return Tag.objects.update_or_create(id=pk, defaults={'label': 'x'})


def bulk_read():
    return Post.objects.in_bulk([1, 2])


def bulk_by_label():
    return Tag.objects.in_bulk()


def streamed():
    return list(Comment.objects.filter(score=2).iterator(chunk_size=100))


def newest_one():
    return Post.objects.latest('created_at')


def oldest_of(author_id=1):
    return Post.objects.filter(author_id=author_id).earliest('id')


def published():
    return list(Post.objects.published().order_by('title'))


def by_one(author_id=7):
    return list(Post.objects.by(author_id)[:3])


def counted_posts():
    return list(Post.objects.published().with_counts())


def searched():
    return list(Post.objects.search('x'))


def drafts():
    return list(Post.drafts.all())


def newest_drafts():
    return list(Post.drafts.newest(3))


def draft_count():
    return Post.drafts.filter(author_id=1).count()


def prefetched_some():
    comments = Comment.objects.filter(score__gt=1).select_related('author').order_by('-id')
    return list(Post.objects.prefetch_related(Prefetch('comment_set', queryset=comments)))


def prefetched_to():
    return list(User.objects.prefetch_related(Prefetch('posts', queryset=Post.objects.published(), to_attr='shown')))


def prefetched_behind():
    return list(Comment.objects.select_related('post').prefetch_related('post__tags'))


def prefetched_inner():
    inner = Post.objects.prefetch_related('tags').order_by('id')
    return list(User.objects.prefetch_related(Prefetch('posts', inner)))


def aliased():
    return list(Post.objects.alias(n=Count('comment')).filter(n=2))


def annotated_values():
    return list(Post.objects.annotate(n=Count('comment')).values('id', 'n'))


def annotated_value():
    return list(Tag.objects.annotate(kind=Value('tag')).values_list('label', 'kind'))


def values_of_expression():
    return list(Tag.objects.values(big=Upper('label')))


def ordered_by_expression():
    return list(Post.objects.order_by(F('editor__username').desc(nulls_last=True), Lower('title')))


def greatest():
    return list(Comment.objects.annotate(top=Greatest('score', Value(3))))


def unedited_profile():
    return list(User.objects.filter(profile__isnull=True))


def with_profile():
    return list(User.objects.filter(profile__isnull=False))


def without_posts():
    return list(User.objects.filter(posts__isnull=True))


def no_editor():
    return list(Post.objects.filter(editor=None))


def counts_and_filter():
    return list(Post.objects.filter(comment__score=1).annotate(n=Count('comment')))


def removed():
    return Comment.objects.filter(score__lt=0).delete()


def cleared(post_id=2):
    return Comment.objects.filter(post__status='draft').update(score=None)


def regexes():
    return list(Tag.objects.filter(label__regex='^a', label__iregex='b$'))


def joined_or():
    return list(Post.objects.filter(Q(author__username='a') | Q(comment__body='b'), status='draft').distinct())


def explicit_sum():
    return list(User.objects.annotate(total=Sum('comments__score')).order_by('-total')[:10])


def mean_of_posts():
    return Post.objects.annotate(n=Count('comment')).aggregate(mean=Avg('n'))


def in_many(ids=(1, 2)):
    return list(Post.objects.filter(author__in=ids))


def empty_or():
    return list(Profile.objects.filter(Q(user__posts__title='x')))
