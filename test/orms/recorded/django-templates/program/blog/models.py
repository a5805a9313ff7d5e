from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=100)

    def __str__(self):
        return self.name


class Tag(models.Model):
    label = models.CharField(max_length=50)


class Post(models.Model):
    title = models.CharField(max_length=200)
    author = models.ForeignKey(Author, related_name='posts', on_delete=models.CASCADE)
    editor = models.ForeignKey(Author, related_name='+', null=True, on_delete=models.SET_NULL)
    tags = models.ManyToManyField(Tag)

    class Meta:
        ordering = ['id']

    def byline(self):
        return f'by {self.author.name}'


class Comment(models.Model):
    post = models.ForeignKey(Post, related_name='comments', on_delete=models.CASCADE)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    body = models.TextField()

    class Meta:
        ordering = ['id']

    def __str__(self):
        return f'{self.author.name}: {self.body}'
