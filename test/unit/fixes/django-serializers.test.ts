import assert from 'node:assert/strict';
import { pythonRepetitions } from '../../support/python-repetitions';

const models = `from django.db import models

class Author(models.Model):
    name = models.CharField(max_length=100)

class Post(models.Model):
    title = models.CharField(max_length=100)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)

class Comment(models.Model):
    post = models.ForeignKey(Post, related_name='comments', on_delete=models.CASCADE)
`;

const imports = `from rest_framework import generics, serializers, viewsets
from rest_framework.response import Response
from .models import Author, Comment, Post

class AuthorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Author
        fields = ['name']

`;

const serializer = (fields: string) => `class PostSerializer(serializers.ModelSerializer):\n${fields}\n`;

const viewset = (queryset: string) => `class PostViewSet(viewsets.ModelViewSet):
    queryset = ${queryset}
    serializer_class = PostSerializer
`;

async function read(code: string) {
  const { kinds, mended } = await pythonRepetitions(models, imports + code);
  return { kinds, mended: mended.map((text) => text.slice(imports.length)) };
}

describe('Queries that a serializer sends for each row', () => {
  const found: readonly (readonly [what: string, fields: string, kind: string])[] = [
    ['a source', "    name = serializers.CharField(source='author.name')", 'lazy author.name'],
    ['a serializer in it', '    author = AuthorSerializer()', 'lazy row.author'],
    ['a list of serializers', '    comments = AuthorSerializer(many=True)', 'lazy comments.all'],
    [
      'a method',
      '    n = serializers.SerializerMethodField()\n\n    def get_n(self, obj):\n        return obj.comments.count()',
      'count comments.count',
    ],
    ['its text', '    author = serializers.StringRelatedField()', 'lazy instance.author'],
  ];
  for (const [what, fields, kind] of found) {
    it(`are seen: ${what}`, async () => {
      const { kinds } = await read(serializer(fields) + viewset('Post.objects.all()'));
      assert.deepEqual(kinds, [kind.replace('row.', 'instance.')]);
    });
  }

  const name = serializer("    name = serializers.CharField(source='author.name')");

  it('are seen where a view gives it a list', async () => {
    const view =
      'def shown(request):\n    posts = Post.objects.all()\n    return Response(PostSerializer(posts, many=True).data)\n';
    const { kinds, mended } = await read(name + view);
    assert.deepEqual(kinds, ['lazy author.name']);
    assert.deepEqual(mended, [name + view.replace('all()', "all().select_related('author')")]);
  });

  it('are seen where a view asks by a method of its own', async () => {
    const view = `class PostList(generics.ListAPIView):
    serializer_class = PostSerializer

    def get_queryset(self):
        return Post.objects.filter(title='x')
`;
    const { kinds, mended } = await read(name + view);
    assert.deepEqual(kinds, ['lazy author.name']);
    assert.deepEqual(mended, [name + view.replace("title='x')", "title='x').select_related('author')")]);
  });

  it('are seen where a view gives its own serializer a page', async () => {
    const view = `class PostList(viewsets.GenericViewSet):
    serializer_class = PostSerializer

    def list(self, request):
        posts = Post.objects.filter(title='x')
        page = self.paginate_queryset(posts)
        return Response(self.get_serializer(page, many=True).data)
`;
    const { kinds, mended } = await read(name + view);
    assert.deepEqual(kinds, ['lazy author.name']);
    assert.deepEqual(mended, [name + view.replace("title='x')", "title='x').select_related('author')")]);
  });

  it('are mended where the view says its rows', async () => {
    const { mended } = await read(name + viewset('Post.objects.all()'));
    assert.deepEqual(mended, [name + viewset("Post.objects.all().select_related('author')")]);
  });

  const silent: Readonly<Record<string, string>> = {
    'what was joined': name + viewset("Post.objects.select_related('author')"),
    'one row': `${name}def shown(request, pk):\n    return Response(PostSerializer(Post.objects.get(pk=pk)).data)\n`,
    'a column': serializer("    name = serializers.CharField(source='title')") + viewset('Post.objects.all()'),
    'a plain list': `${name}def shown(request):\n    return Response(PostSerializer([{'author': {'name': 'x'}}], many=True).data)\n`,
    'what is given to be saved': `${name}def made(request):\n    return PostSerializer(data=request.data, many=True)\n`,
    'a view with a list of its own': `${name}${viewset('Post.objects.all()')}\n    def list(self, request):\n        return Response([])\n`,
  };
  for (const [what, code] of Object.entries(silent)) {
    it(`are not: ${what}`, async () => assert.deepEqual((await read(code)).kinds, []));
  }
});
