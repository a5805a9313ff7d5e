import assert from 'node:assert/strict';
import { readCallFacts } from '../../../../src/code/calls/call-facts';
import { orms } from '../../../../src/code/orms/orms';
import { codeFixes } from '../../../../src/fixes/code-fixes';
import { judgeCalls } from '../../../../src/rules/code-rules';
import { ormCallsIn } from '../../../support/orm-calls';

const models = `from django.db import models

class Author(models.Model):
    name = models.CharField(max_length=100)

class Post(models.Model):
    title = models.CharField(max_length=100)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)

    def byline(self):
        return self.author.name

    def __str__(self):
        return self.title

class Comment(models.Model):
    post = models.ForeignKey(Post, related_name='comments', on_delete=models.CASCADE)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)

    def __str__(self):
        return self.author.name
`;

const imports = `from django.db.models import Prefetch
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.template.loader import get_template, render_to_string
from django.template.response import TemplateResponse
from django.views.generic import DetailView, ListView, TemplateView
from .models import Author, Comment, Post

`;

const list = '/app/blog/templates/blog/list.html';
const shown =
  "def shown(request):\n    posts = Post.objects.order_by('id')\n    return render(request, 'blog/list.html', {'posts': posts})\n";
const loop = (body: string) => `<ul>{% for post in posts %}<li>${body}</li>{% endfor %}</ul>`;

interface Told {
  readonly at: string;
  readonly path: string;
  readonly related: readonly string[];
  /** The views when the first fix is made. */
  readonly mended?: string;
}

async function factsOf(files: Readonly<Record<string, string>>) {
  const { program } = await ormCallsIn(files);
  const calls = new Map([...program.files.keys()].map((uri) => [uri, program.callsOf(uri)]));
  return readCallFacts({ tracer: program.tracer, models: program.models, orms, calls });
}

async function told(templates: Readonly<Record<string, string>>, view = shown): Promise<Told[]> {
  const views = '/app/blog/views.py';
  const all: Readonly<Record<string, string>> = {
    '/app/blog/models.py': models,
    [views]: imports + view,
    ...templates,
  };
  const facts = await factsOf(all);
  return judgeCalls({ facts, isQuiet: () => false, isBackground: () => false })
    .filter(({ repetition }) => repetition)
    .map((one) => {
      const edits = codeFixes(one, (uri) => all[uri])[0]?.edits ?? [];
      for (const edit of edits) assert.equal(edit.uri ?? one.uri, views);
      const { evidence, range, related = [] } = one.finding;
      const mended = [...edits]
        .sort((a, b) => b.range.start - a.range.start)
        .reduce(
          (text, { range: at, newText }) => text.slice(0, at.start) + newText + text.slice(at.end),
          imports + view,
        )
        .slice(imports.length);
      return {
        at: all[one.uri]?.slice(range.start, range.end) ?? '',
        path: String(evidence.path),
        related: related.map(({ uri }) => uri),
        ...(edits.length > 0 ? { mended } : {}),
      };
    });
}

const includes = (text: string) => shown.replace(".order_by('id')", `.order_by('id')${text}`);
const joined = includes(".select_related('author')");
const prefetched = includes(".prefetch_related('comments')");
const nested = includes(".prefetch_related('comments__author')");

describe('Templates of Django', () => {
  const comments = (body: string) => loop(`{% for comment in post.comments.all %}${body}{% endfor %}`);
  const card = '/app/blog/templates/blog/card.html';
  const base = '/app/templates/base.html';
  const other = '/app/shop/templates/blog/list.html';
  /** What is said of each row, by the path that is told and the mended view. */
  const found: Readonly<
    Record<string, readonly [path: string, mended: string, files: Readonly<Record<string, string>>]>
  > = {
    'a relation': ['blog/list,author.name', joined, { [list]: loop('{{ post.author.name|upper }}') }],
    'a relation that a condition asks for': [
      'blog/list,post.author',
      joined,
      { [list]: loop('{% if post.author == user and not x %}you{% endif %}') },
    ],
    'a relation in the argument of a tag': [
      'blog/list,author.pk',
      joined,
      { [list]: loop('<a href="{% url \'author\' post.author.pk %}">') },
    ],
    'a relation in the argument of a filter': [
      'blog/list,author.name',
      joined,
      { [list]: loop('{{ post.title|default:post.author.name }}') },
    ],
    'a relation under another name': [
      'blog/list,post.author',
      joined,
      { [list]: loop('{% with author=post.author size=2 %}{{ author.name }}{% endwith %}') },
    ],
    'a relation that is read twice': [
      'blog/list,post.author',
      joined,
      { [list]: loop('{% if post.author %}{{ post.author.name }}{% endif %}') },
    ],
    'a list in two ways': [
      'blog/list,comments.all',
      prefetched,
      { [list]: loop('{{ post.comments.count }}{% for comment in post.comments.all %}{{ comment.pk }}{% endfor %}') },
    ],
    'a method of the row': ['blog/list,byline,author.name', joined, { [list]: loop('{{ post.byline }}') }],
    'a list of its own': [
      'blog/list,comments.all',
      prefetched,
      { [list]: loop('{% if post.comments.all %}+{% endif %}') },
    ],
    'its length': ['blog/list,comments.all', prefetched, { [list]: loop('{{ post.comments.all|length }}') }],
    'a count': ['blog/list,comments.count', prefetched, { [list]: loop('{{ post.comments.count }}') }],
    'whether there is one': [
      'blog/list,comments.exists',
      prefetched,
      { [list]: loop('{{ post.comments.exists|yesno }}') },
    ],
    'a template that is included': [
      'blog/list,blog/card,author.name',
      joined,
      { [list]: loop("{% include 'blog/card.html' %}"), [card]: '<b>{{ post.author.name }}</b>' },
    ],
    'a template that is included with other names': [
      'blog/list,blog/card,author.name',
      joined,
      { [list]: loop("{% include './card.html' with item=post only %}"), [card]: '<b>{{ item.author.name }}</b>' },
    ],
    'a template that shows the list for another one': [
      'blog/card,author.name',
      joined,
      { [list]: "{% include 'blog/card.html' %}", [card]: loop('{{ post.author.name }}') },
    ],
    'a block of a template that extends another one': [
      'blog/list,author.name',
      joined,
      { [list]: `{% extends 'base.html' %}{% block content %}${loop('{{ post.author.name }}')}{% endblock %}` },
    ],
    'what stands around the blocks': [
      'base around its blocks,author.name',
      joined,
      {
        [list]: "{% extends 'base.html' %}{% block content %}{% endblock %}",
        [base]: `{% block content %}${loop('{{ post.comments.count }}')}{% endblock %}${loop('{{ post.author.name }}')}`,
      },
    ],
    'the list in another order': [
      'blog/list,author.name',
      joined,
      { [list]: '{% for post in posts|dictsort:"title" reversed %}{{ post.author.name }}{% empty %}-{% endfor %}' },
    ],
    'groups of them': [
      'blog/list,row.author',
      joined,
      { [list]: '{% regroup posts by author as groups %}{% for group in groups %}{{ group.grouper }}{% endfor %}' },
    ],
    'the template of its own application': [
      'blog/list,author.name',
      joined,
      { [list]: loop('{{ post.author.name }}'), [other]: loop('{{ post.title }}') },
    ],
    'a name that a loop has elsewhere': [
      'blog/list,author.name',
      joined,
      {
        [list]: `{{ post.title }}{% for x in posts %}{{ x.author.name }}{% endfor %}{% for posts in others %}{% endfor %}`,
      },
    ],
  };
  for (const [what, [path, mended, files]] of Object.entries(found)) {
    it(`ask for each row: ${what}`, async () => {
      const all = await told(files);
      assert.deepEqual(
        all.map((one) => [one.path, one.at, one.mended]),
        [[path, 'Post.objects.order_by', mended]],
      );
      assert.ok(all[0]?.related.some((uri) => uri.endsWith('.html')));
    });
  }

  it('ask for what belongs to the rows of each row', async () => {
    const all = await told({ [list]: comments('{{ comment.author.name }}') });
    assert.deepEqual(
      all.map((one) => [one.path, one.mended]),
      [
        ['blog/list,comments.all', prefetched],
        ['blog/list,author.name', nested],
      ],
    );
  });

  it('ask for it in Jinja as well', async () => {
    const files: Readonly<Record<string, string>> = {
      '/app/models.py': `from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = 'users'
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

class Post(Base):
    __tablename__ = 'posts'
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey('users.id'))
    author: Mapped['User'] = relationship()
`,
      '/app/views.py': `from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import Session
from .models import Post

def shown(session: Session):
    posts = session.scalars(select(Post)).all()
    return render_template('list.html.j2', posts=posts, title='Posts')
`,
      '/app/templates/list.html.j2':
        '{%- for post in posts if post.id -%}{{ post["author"].name|default("?", true) }}{%- endfor -%}{{ card(posts) }}',
    };
    const { repetitions } = await factsOf(files);
    assert.deepEqual(
      repetitions.flatMap((repetition) =>
        codeFixes({ repetition }, (uri) => files[uri]).map(({ edits }) => edits.map(({ newText }) => newText)),
      ),
      [['.options(selectinload(Post.author))', ', selectinload']],
    );
  });

  it('ask first for the first of what they read', async () => {
    const code = shown.replace('Post', 'Comment').replaceAll('posts', 'comments');
    const page = '{% for comment in comments %}{{ comment.post.author.name }}{% endfor %}';
    const all = await told({ [list]: page }, code);
    assert.deepEqual(
      all.map(({ mended }) => mended),
      [code.replace("('id')", "('id').select_related('post')")],
    );
  });

  it('ask for it by the text of a row, too', async () => {
    const all = await told({ [list]: comments('{{ comment }}') }, prefetched);
    assert.deepEqual(
      all.map((one) => [one.path, one.mended]),
      [['blog/list,__str__,author.name', includes(".prefetch_related('comments', 'comments__author')")]],
    );
  });

  const author = { '/app/blog/templates/blog/post_list.html': loop('{{ post.author.name }}') };
  const show = (context: string) => `def shown(request):\n    return ${context}\n`;
  const from = 'Post.objects.all()';
  const to = "Post.objects.all().select_related('author')";
  const view = (lines: string) => `class Shown(TemplateView):\n    template_name = 'blog/post_list.html'\n${lines}`;
  /** Views that show it, and what they are mended to, where that is another text than `.select_related('author')` behind the rows. */
  const views: Readonly<Record<string, string>> = {
    'a dict of their own': `def shown(request):\n    context = {'x': 1}\n    context['posts'] = ${from}\n    return TemplateResponse(request, 'blog/post_list.html', context)\n`,
    'a dict that is updated': `def shown(request):\n    context = {'x': 1}\n    context.update({'posts': ${from}})\n    return render(request, 'blog/post_list.html', context)\n`,
    'a template of their class': `class Shown(View):\n    template_name = 'blog/post_list.html'\n\n    def get(self, request):\n        return render(request, self.template_name, {'posts': ${from}})\n`,
    'named arguments': show(`render(request, template_name='blog/post_list.html', context={'posts': ${from}})`),
    'a text': show(`render_to_string('blog/post_list.html', {'posts': ${from}})`),
    'a template that is loaded': show(`get_template('blog/post_list.html').render({'posts': ${from}}, request)`),
    'a page': `def shown(request):\n    paginator = Paginator(${from}, 25)\n    posts = paginator.get_page(request.GET.get('page'))\n    return render(request, 'blog/post_list.html', {'posts': posts})\n`,
    'all that they know': `def shown(request):\n    posts = ${from}\n    return render(request, 'blog/post_list.html', locals())\n`,
    'a queryset under a name': `class PostList(ListView):\n    queryset = ${from}\n    context_object_name = 'posts'\n`,
    'a queryset that is asked for': `class PostList(LoginRequiredMixin, ListView):\n    context_object_name = 'posts'\n\n    def get_queryset(self):\n        return ${from}\n`,
    'what a method adds': view(
      `    def get_context_data(self, **kwargs):\n        context = super().get_context_data(**kwargs)\n        context['posts'] = ${from}\n        return context\n`,
    ),
    'what a method passes on': view(
      `    def get_context_data(self, **kwargs):\n        return super().get_context_data(posts=${from}, **kwargs)\n`,
    ),
    'what a method gives': view(`    def get_context_data(self, **kwargs):\n        return {'posts': ${from}}\n`),
  };
  for (const [what, code] of Object.entries(views)) {
    it(`are given rows by views: ${what}`, async () => {
      const all = await told(author, code);
      assert.deepEqual(
        all.map(({ path, mended }) => [path, mended]),
        [['post_list,author.name', code.replace(from, to)]],
      );
    });
  }

  it('are given all rows of a model', async () => {
    const code = 'class PostList(ListView):\n    model = Post  # all\n    paginate_by = 10\n';
    const [one] = await told(
      { '/app/blog/templates/blog/post_list.html': loop('{{ post.author.name }}').replace('posts', 'page_obj') },
      code,
    );
    assert.equal(one?.at, 'Post');
    assert.equal(one?.mended, code.replace('# all', "# all\n    queryset = Post.objects.select_related('author')"));
  });

  const detail = {
    '/app/blog/templates/blog/post_detail.html': '{% for c in post.comments.all %}{{ c.author.name }}{% endfor %}',
  };
  const one: Readonly<Record<string, readonly [code: string, mended: string]>> = {
    'a model': [
      'class PostDetail(DetailView):\n    model = Post\n',
      "class PostDetail(DetailView):\n    model = Post\n    queryset = Post.objects.prefetch_related('comments__author')\n",
    ],
    'a queryset': [
      'class PostDetail(DetailView):\n    queryset = Post.objects.all()\n',
      "class PostDetail(DetailView):\n    queryset = Post.objects.all().prefetch_related('comments__author')\n",
    ],
    'a shortcut': [
      "def shown(request, pk):\n    return render(request, 'blog/post_detail.html', {'post': get_object_or_404(Post, pk=pk)})\n",
      "def shown(request, pk):\n    return render(request, 'blog/post_detail.html', {'post': get_object_or_404(Post.objects.prefetch_related('comments__author'), pk=pk)})\n",
    ],
    'a shortcut with a queryset': [
      "def shown(request, pk):\n    return render(request, 'blog/post_detail.html', {'post': get_object_or_404(Post.objects.all(), pk=pk)})\n",
      "def shown(request, pk):\n    return render(request, 'blog/post_detail.html', {'post': get_object_or_404(Post.objects.all().prefetch_related('comments__author'), pk=pk)})\n",
    ],
  };
  for (const [what, [code, mended]] of Object.entries(one)) {
    it(`go through the rows of one row: ${what}`, async () => {
      assert.deepEqual(
        (await told(detail, code)).map((each) => each.mended),
        [mended],
      );
    });
  }

  it('are told without an edit where views give them other rows', async () => {
    const code = `${show(`render(request, 'blog/post_list.html', {'posts': ${from}})`)}\n${show("render(request, 'blog/post_list.html', {'posts': Post.objects.filter(title='x')})").replace('shown', 'found')}`;
    assert.deepEqual(
      (await told(author, code)).map(({ path, mended }) => [path, mended]),
      [['post_list,author.name', undefined]],
    );
  });

  const unmended: Readonly<Record<string, readonly [body: string, view: string]>> = {
    'not all columns': ['{{ post.author.name }}', includes(".only('title')")],
    'rows that are locked': ['{{ post.author.name }}', includes('.select_for_update()')],
    'rows that are streamed': ['{{ post.comments.count }}', includes('.iterator()')],
    'the first of a list': ['{{ post.comments.first }}', shown],
    'some of a list': ['{{ post.comments.all|slice:":3" }}', shown],
  };
  for (const [what, [body, code]] of Object.entries(unmended)) {
    it(`are told without an edit: ${what}`, async () => {
      const all = await told({ [list]: loop(body) }, code);
      assert.deepEqual(
        all.map(({ mended }) => mended),
        [undefined],
      );
    });
  }

  it('are told without an edit of a row that is made, and of a view that others extend', async () => {
    const made =
      "def shown(request):\n    post = Post.objects.create(title='x')\n    return render(request, 'blog/post_detail.html', {'post': post})\n";
    const extended = 'class PostList(ListView):\n    model = Post\n\nclass Drafts(PostList):\n    model = Draft\n';
    const rows = {
      '/app/blog/templates/blog/post_list.html': '{% for post in object_list %}{{ post.author.name }}{% endfor %}',
    };
    for (const all of [await told(detail, made), await told(rows, extended)])
      assert.deepEqual(
        all.map(({ mended }) => mended),
        [undefined],
      );
  });

  const silent: Readonly<Record<string, readonly [files: Readonly<Record<string, string>>, view?: string]>> = {
    'what was joined': [{ [list]: loop('{{ post.author.name }}') }, joined],
    'what was prefetched': [
      { [list]: loop('{{ post.comments.count }}{% for c in post.comments.all %}{{ c.pk }}{% endfor %}') },
      prefetched,
    ],
    'what a queryset of the list joined': [
      { [list]: comments('{{ comment.author.name }}') },
      includes(".prefetch_related(Prefetch('comments', queryset=Comment.objects.select_related('author')))"),
    ],
    columns: [{ [list]: loop('{{ post.title }}{{ post.author_id }}{{ post.pk }}{{ post }}') }],
    'the row to which the rows belong': [{ [list]: comments('{{ comment.post.title }}') }, prefetched],
    'plain lists': [
      { [list]: loop('{{ post.author.name }}') },
      "def shown(request):\n    return render(request, 'blog/list.html', {'posts': [{'author': {'name': 'x'}}]})\n",
    ],
    'dicts of columns': [{ [list]: loop('{{ post.author.name }}') }, includes(".values('title')")],
    comments: [{ [list]: loop('{# {{ post.author.name }} #}{% comment %}{{ post.author.name }}{% endcomment %}') }],
    'text as it is': [{ [list]: loop('{% verbatim %}{{ post.author.name }}{% endverbatim %}') }],
    'what a cache holds': [
      { [list]: `{% load cache %}{% cache 500 posts %}${loop('{{ post.author.name }}')}{% endcache %}` },
    ],
    'one row': [
      { [list]: '{{ post.author.name }}' },
      "def shown(request):\n    return render(request, 'blog/list.html', {'post': Post.objects.get(pk=1)})\n",
    ],
    'a list of another name': [{ [list]: loop('{{ post.author.name }}').replace('in posts', 'in others') }],
    'what stands behind the loop': [{ [list]: `${loop('x')}{{ post.author.name }}` }],
    'what an empty list shows': [{ [list]: '{% for post in posts %}{% empty %}{{ post.author.name }}{% endfor %}' }],
    'blocks that are shown otherwise': [
      {
        [list]: "{% extends 'base.html' %}{% block content %}{% endblock %}",
        [base]: `{% block content %}${loop('{{ post.author.name }}')}{% endblock %}`,
      },
    ],
    'a template of another view': [{ '/app/blog/templates/blog/other.html': loop('{{ post.author.name }}') }],
    'two templates that are as near': [
      {
        '/app/one/templates/blog/list.html': loop('{{ post.author.name }}'),
        '/app/two/templates/blog/list.html': loop(''),
      },
    ],
    'a template that includes itself': [{ [list]: `{% include 'blog/list.html' %}${loop('{{ post.title }}')}` }],
    'rows of a function of the program': [
      { [list]: loop('{{ post.author.name }}') },
      "def found():\n    return []\n\ndef shown(request):\n    return render(request, 'blog/list.html', {'posts': found()})\n",
    ],
    'rows of a base that nobody knows': [
      { '/app/blog/templates/blog/post_list.html': loop('{{ post.author.name }}').replace('posts', 'object_list') },
      'class PostList(OwnMixin, ListView):\n    model = Post\n',
    ],
    'a half of a template': [{ [list]: '{% for post in posts %}{{ post.title {% if post.' }],
  };
  for (const [what, [files, code]] of Object.entries(silent)) {
    it(`are silent: ${what}`, async () => assert.deepEqual(await told(files, code), []));
  }
});
