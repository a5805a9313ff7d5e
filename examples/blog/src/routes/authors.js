import { Router } from 'express';
import { archiveDrafts, postsByAuthor } from '../services/posts.js';
import { postsWithCommentCount } from '../services/reports.ts';

export const authors = Router();

authors.get('/:id/posts', async (req, res) => {
  res.json(await postsByAuthor(req.params.id));
});

authors.get('/:id/dashboard', async (req, res) => {
  res.json(await postsWithCommentCount(req.params.id));
});

authors.post('/:id/archive-drafts', async (req, res) => {
  res.json({ archived: await archiveDrafts(req.params.id) });
});
