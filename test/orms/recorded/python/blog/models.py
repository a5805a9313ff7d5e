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


class Post(Timestamped):
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=20)
    author = models.ForeignKey('auth.User', related_name='posts', on_delete=models.CASCADE)
    editor = models.ForeignKey('auth.User', related_name='+', null=True, db_column='edited_by', on_delete=models.SET_NULL)
    tags = models.ManyToManyField(Tag, related_name='posts')

    class Meta:
        ordering = ['-created_at']


class Comment(models.Model):
    post = models.ForeignKey(Post, on_delete=models.CASCADE)
    author = models.ForeignKey('auth.User', related_name='comments', on_delete=models.CASCADE)
    body = models.TextField()


class Profile(models.Model):
    user = models.OneToOneField('auth.User', on_delete=models.CASCADE)
    bio = models.TextField()
