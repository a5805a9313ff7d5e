import { Router } from 'express';
import { addComment, commentsOfPost, latestComments } from '../services/comments.js';
import { authorsOf, feed } from '../services/feed.js';
import { countView, postBySlug, postsPage, publishedPosts } from '../services/posts.js';
import { tagsOfPost } from '../services/tags.ts';

export const posts = Router();

posts.get('/', async (req, res) => {
  const page = Number(req.query.page ?? 1);
  const found = page > 1 ? await postsPage(page) : await publishedPosts();
  const authors = await authorsOf(found);
  res.json(found.map((post) => ({ ...post, author: authors.get(post.author_id) })));
});

posts.get('/feed', async (_req, res) => {
  res.json(await feed());
});

posts.get('/:slug', async (req, res) => {
  const post = await postBySlug(req.params.slug);
  if (!post) {
    res.status(404).json({ error: 'No such post' });
    return;
  }
  await countView(post.id);
  const [comments, tags] = await Promise.all([latestComments(post.id), tagsOfPost(post.id)]);
  res.json({ ...post, comments, tags });
});

posts.get('/:slug/comments', async (req, res) => {
  const post = await postBySlug(req.params.slug);
  res.json(post ? await commentsOfPost(post.id) : []);
});

posts.post('/:slug/comments', async (req, res) => {
  const post = await postBySlug(req.params.slug);
  if (!post) {
    res.status(404).json({ error: 'No such post' });
    return;
  }
  res.status(201).json(await addComment(post.id, req.body.authorId, req.body.body));
});
