import assert from 'node:assert/strict';
import { ormCallsIn } from '../../../support/orm-calls';

const models = `from django.db import models

class Post(models.Model):
    title = models.CharField(max_length=100)
    status = models.CharField(max_length=10)
    ghost = models.ForeignKey('nowhere.Ghost', on_delete=models.CASCADE)
`;

async function sent(text: string): Promise<(string | undefined)[]> {
  const { calls } = await ormCallsIn({
    '/app/blog/models.py': models,
    '/app/blog/a.py': `from .models import Post\nfrom blog import models as m\n${text}`,
  });
  return calls.map(({ sent: [first] }) => first?.[0]?.sql);
}

describe('Calls of Django', () => {
  it('are found through a module of the package', async () => {
    assert.deepEqual(await sent("m.Post.objects.filter(title='a').count()\n"), [
      'SELECT COUNT(*) AS "__count" FROM "blog_post" WHERE "blog_post"."title" = $1',
    ]);
  });

  it('have a form for each branch', async () => {
    const { calls } = await ormCallsIn({
      '/app/blog/models.py': models,
      '/app/blog/a.py': `from .models import Post
def f(status):
    posts = Post.objects.all()
    if status:
        posts = posts.filter(status=status)
    return posts.count()
`,
    });
    assert.deepEqual(calls.flatMap(({ sent: all }) => all.map(([first]) => first?.sql)).toSorted(), [
      'SELECT COUNT(*) AS "__count" FROM "blog_post"',
      'SELECT COUNT(*) AS "__count" FROM "blog_post" WHERE "blog_post"."status" = $1',
    ]);
  });

  it('have no statement where a condition of a write is not known', async () => {
    assert.deepEqual(await sent('Post.objects.filter(**given).delete()\n'), [undefined]);
  });

  it('are followed into the methods of a manager, with what is given to them', async () => {
    const { calls } = await ormCallsIn({
      '/app/blog/models.py': `from django.db import models
class PostQuerySet(models.QuerySet):
    def titled(self, title, status='draft'):
        return self.filter(title=title, status=status)
    def any_of(self, status):
        if status:
            return self.filter(status=status)
        return self.all()
class Post(models.Model):
    title = models.CharField(max_length=100)
    status = models.CharField(max_length=10)
    objects = models.Manager.from_queryset(PostQuerySet)()
`,
      '/app/blog/a.py': `from .models import Post
def f(name):
    return Post.objects.titled(name).count()
def g(status):
    return Post.objects.any_of(status).count()
`,
    });
    const [first, second] = calls.map(({ variants: [variant] }) => variant);
    assert.deepEqual(
      first?.statements.map(({ sql, parameters }) => [sql, parameters.map(({ source }) => source)]),
      [
        [
          'SELECT COUNT(*) AS "__count" FROM "blog_post" WHERE "blog_post"."status" = $1 AND "blog_post"."title" = $2',
          ["'draft'", 'name'],
        ],
      ],
    );
    assert.deepEqual([second?.statements, second?.notes], [[], ['any_of() is not read.']]);
  });

  it('are none where a manager makes an object in a way of its own', async () => {
    const { calls } = await ormCallsIn({
      '/app/blog/models.py': `from django.db import models
class UserManager(models.Manager):
    def create_user(self, name):
        user = self.model(name=name)
        user.save()
        return user
class User(models.Model):
    name = models.CharField(max_length=9)
    objects = UserManager()
`,
      '/app/blog/a.py': "from .models import User\nUser.objects.create_user('a')\n",
    });
    assert.deepEqual(calls, []);
  });

  it('have no condition of a Q that is put together in several steps', async () => {
    const { calls } = await ormCallsIn({
      '/app/blog/models.py': models,
      '/app/blog/a.py': `from django.db.models import Q
from .models import Post
def f(more):
    wanted = Q(title='a')
    wanted |= Q(title=more)
    return Post.objects.filter(wanted).count()
`,
    });
    assert.deepEqual(calls[0]?.variants[0]?.notes, ['Conditions added at run time are not included.']);
  });

  it('have no statement where an expression is of the program itself', async () => {
    assert.deepEqual(await sent("list(Post.objects.annotate(rank=Rank('title')))\n"), [undefined]);
  });

  it('have no statement where a relation is declared badly', async () => {
    assert.deepEqual(await sent("list(Post.objects.filter(ghost__name='x'))\n"), [undefined]);
  });

  const silent: Readonly<Record<string, string>> = {
    'a dictionary': "cache = {}\ncache.get('a')\n",
    'a list': 'posts = []\nposts.count(1)\n',
    'a class of the same name': 'class Post:\n    pass\nPost.objects.filter(a=1)\n',
    forms: 'form.objects.filter(a=1)\n',
  };
  for (const [what, text] of Object.entries(silent)) {
    it(`are not: ${what}`, async () => assert.deepEqual(await sent(text), []));
  }
});
