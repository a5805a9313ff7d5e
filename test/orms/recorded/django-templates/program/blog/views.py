from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import get_template, render_to_string
from django.template.response import TemplateResponse
from django.views.generic import DetailView, ListView, TemplateView

from blog.models import Author, Comment, Post


def authors(request):
    posts = Post.objects.order_by('id')
    return render(request, 'blog/authors.html', {'posts': posts})


def counted(request):
    context = {'title': 'Posts'}
    context['posts'] = Post.objects.filter(title__startswith='post')
    return TemplateResponse(request, 'blog/counted.html', context)


def discussed(request):
    return render(request, 'blog/discussed.html', {'posts': Post.objects.all()})


def cards(request):
    posts = Post.objects.all()
    return HttpResponse(render_to_string('blog/cards.html', {'posts': posts}, request))


def framed(request):
    posts = Post.objects.all()
    template = get_template('blog/framed.html')
    return HttpResponse(template.render({'posts': posts}, request))


def bylines(request):
    posts = Post.objects.all()
    return render(request, 'blog/bylines.html', locals())


def grouped(request):
    posts = Post.objects.order_by('author', 'id')
    return render(request, 'blog/grouped.html', {'posts': posts})


def paged(request):
    paginator = Paginator(Post.objects.order_by('-id'), 100)
    page_obj = paginator.get_page(request.GET.get('page'))
    return render(request, 'blog/paged.html', {'page_obj': page_obj})


def edited(request):
    # One has no editor.
    posts = Post.objects.exclude(
        title='none',
    )
    return render(request, 'blog/edited.html', dict(posts=posts))


def shown(request, pk=1):
    post = get_object_or_404(Post, pk=pk)
    return render(request, 'blog/shown.html', {'post': post})


def written(request, pk=1):
    author = get_object_or_404(Author.objects.filter(name__startswith='author'), pk=pk)
    return render(request, 'blog/written.html', {'author': author})


class PostList(ListView):
    model = Post


class PostPages(ListView):
    queryset = Post.objects.filter(title__startswith='post')
    template_name = 'blog/pages.html'
    context_object_name = 'posts'
    paginate_by = 100


class CommentList(ListView):
    context_object_name = 'said'

    def get_queryset(self):
        return Comment.objects.exclude(body='')


class PostDetail(DetailView):
    model = Post


class Home(TemplateView):
    template_name = 'blog/home.html'

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context['newest'] = Post.objects.order_by('-id')[:100]
        return context


def joined(request):
    posts = Post.objects.select_related('author').prefetch_related('comments__author')
    return render(request, 'blog/joined.html', {'posts': posts})


def named(request):
    rows = [{'title': post.title, 'author': {'name': 'x'}} for post in Post.objects.all()]
    return render(request, 'blog/named.html', {'posts': rows})
