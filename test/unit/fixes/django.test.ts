import assert from 'node:assert/strict';
import { pythonRepetitions } from '../../support/python-repetitions';

const models = `from django.db import models

class Post(models.Model):
    title = models.CharField(max_length=100)
    author = models.ForeignKey('auth.User', on_delete=models.CASCADE)

    def byline(self):
        return self.author.username

class Comment(models.Model):
    post = models.ForeignKey(Post, related_name='comments', on_delete=models.CASCADE)
    body = models.TextField()
`;

const imports = 'from .models import Comment, Post\n\n';

async function read(code: string) {
  const { kinds, mended } = await pythonRepetitions(models, imports + code);
  return { kinds, mended: mended.map((text) => text.slice(imports.length)) };
}

describe('Repeated queries of Django', () => {
  const found: readonly (readonly [what: string, code: string, kind: string])[] = [
    [
      'a relation in a for',
      'for post in Post.objects.all():\n    print(post.author.username)\n',
      'lazy author.username',
    ],
    [
      'one in a list comprehension',
      'names = [p.author.username for p in Post.objects.all()]\n',
      'lazy author.username',
    ],
    [
      'one in an f-string',
      "posts = Post.objects.all()\nfor p in posts:\n    print(f'{p.author.username}')\n",
      'lazy author.username',
    ],
    [
      'one in a method of the row',
      'for post in Post.objects.all():\n    print(post.byline())\n',
      'lazy author.username',
    ],
    [
      'a list of the row',
      'for post in Post.objects.all():\n    print(list(post.comments.all()))\n',
      'lazy comments.all',
    ],
    ['a count', 'for post in Post.objects.all():\n    print(post.comments.count())\n', 'count comments.count'],
    [
      'a query',
      'for post in Post.objects.all():\n    print(Comment.objects.filter(post=post).first())\n',
      'query Comment.first',
    ],
  ];
  for (const [what, code, kind] of found) {
    it(`are seen: ${what}`, async () => assert.deepEqual((await read(code)).kinds, [kind]));
  }

  const silent: Readonly<Record<string, string>> = {
    'what was joined': "for post in Post.objects.select_related('author'):\n    print(post.author.username)\n",
    'what was prefetched': "for post in Post.objects.prefetch_related('comments'):\n    print(post.comments.all())\n",
    'a column of the row': 'for post in Post.objects.all():\n    print(post.author_id, post.title)\n',
    'objects of another class':
      'class Box:\n    author = 1\nfor post in [Box(), Box()]:\n    print(post.author.name)\n',
  };
  for (const [what, code] of Object.entries(silent)) {
    it(`are not: ${what}`, async () => assert.deepEqual((await read(code)).kinds, []));
  }
});

describe('Eager loading of Django is written', () => {
  const cases: readonly (readonly [what: string, rows: string, inner: string, mended: string])[] = [
    [
      'as a join of one row',
      'Post.objects.all()',
      'post.author.username',
      "Post.objects.all().select_related('author')",
    ],
    [
      'as one statement more for lists',
      "Post.objects.filter(title='x')",
      'post.comments.all()',
      "Post.objects.filter(title='x').prefetch_related('comments')",
    ],
    [
      'before a slice',
      'Post.objects.all()[:10]',
      'post.author.username',
      "Post.objects.all().select_related('author')[:10]",
    ],
    [
      'beside what is prefetched',
      "Post.objects.select_related('editor')",
      'post.author.username',
      "Post.objects.select_related('editor', 'author')",
    ],
  ];
  for (const [what, rows, inner, wanted] of cases) {
    it(what, async () => {
      const code = (query: string) => `for post in ${query}:\n    print(${inner})\n`;
      assert.deepEqual((await read(code(rows))).mended, [code(wanted)]);
    });
  }

  it('not for a part of a list', async () => {
    const { mended } = await read("for post in Post.objects.all():\n    print(post.comments.filter(body='x'))\n");
    assert.deepEqual(mended, []);
  });
});

describe('Rows of Django are written with one statement', () => {
  const plain =
    'from django.db import models\n\nclass Tag(models.Model):\n    label = models.CharField(max_length=9)\n';
  const loop =
    'from .models import Tag\n\ndef make(labels):\n    for label in labels:\n        Tag.objects.create(label=label)\n';

  it('where nothing else happens', async () => {
    const { mended } = await pythonRepetitions(plain, loop);
    assert.deepEqual(mended, [
      'from .models import Tag\n\ndef make(labels):\n    Tag.objects.bulk_create([Tag(label=label) for label in labels])\n',
    ]);
  });

  const refused: Readonly<Record<string, string>> = {
    'a save() of its own': `${plain}    def save(self, *args, **kwargs):\n        super().save(*args, **kwargs)\n`,
    'a signal': `${plain}\n@receiver(post_save, sender=Tag)\ndef told(sender, **kwargs):\n    pass\n`,
    'a signal of all models': `${plain}\npost_save.connect(told)\n`,
    'a manager that makes rows': `${plain.replace('class Tag', 'class Tags(models.Manager):\n    def create(self, **given):\n        return 1\n\nclass Tag')}    objects = Tags()\n`,
    'a model that inherits a table': `${plain.replace('Tag(models.Model)', 'Base(models.Model)')}\nclass Tag(Base):\n    size = models.IntegerField()\n`,
  };
  for (const [what, models] of Object.entries(refused)) {
    it(`not where there is ${what}`, async () => assert.deepEqual((await pythonRepetitions(models, loop)).mended, []));
  }
});
