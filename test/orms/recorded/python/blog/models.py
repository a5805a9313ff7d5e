from django.conf import settings
from django.db import models


class Timestamped(models.Model):
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Tag(models.Model):
    label = models.CharField(max_length=50, db_column='tag_label')

    class Meta:
        db_table = 'tags'


class PostQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status='published')

    def by(self, author_id):
        return self.published().filter(author_id=author_id)

    def with_counts(self):
        return self.annotate(n_comments=models.Count('comment'))

    def search(self, text=None):
        posts = self.select_related('author')
        posts = posts.filter(title__icontains=text)
        return posts


class DraftManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(status='draft')

    def newest(self, size=5):
        return self.get_queryset().order_by('-id')[:size]


class Post(Timestamped):
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=20)
    author = models.ForeignKey('auth.User', related_name='posts', on_delete=models.CASCADE)
    editor = models.ForeignKey('auth.User', related_name='+', null=True, db_column='edited_by', on_delete=models.SET_NULL)
    tags = models.ManyToManyField(Tag, related_name='posts')

    objects = PostQuerySet.as_manager()
    drafts = DraftManager()

    class Meta:
        ordering = ['-created_at']


class Comment(models.Model):
    post = models.ForeignKey(Post, on_delete=models.CASCADE)
    author = models.ForeignKey('auth.User', related_name='comments', on_delete=models.CASCADE)
    body = models.TextField()
    score = models.IntegerField(null=True)


class Profile(models.Model):
    user = models.OneToOneField('auth.User', on_delete=models.CASCADE)
    bio = models.TextField()
