import { Router } from 'express';
import { weeklyDigest, weeklyDigestWithJoin } from '../services/digest.js';
import { monthlyReport } from '../services/reports.ts';
import { searchPosts, searchUsers, userByEmail } from '../services/search.js';
import { postsWithTag } from '../services/tags.ts';

export const discover = Router();

discover.get('/search', async (req, res) => {
  res.json(await searchPosts(req.query.q ?? ''));
});

discover.get('/users', async (req, res) => {
  if (req.query.email) {
    res.json((await userByEmail(req.query.email)) ?? null);
  } else {
    res.json(await searchUsers(req.query.q ?? ''));
  }
});

discover.get('/tags/:slug', async (req, res) => {
  res.json(await postsWithTag(req.params.slug));
});

discover.get('/digest', async (req, res) => {
  res.json(req.query.join ? await weeklyDigestWithJoin() : await weeklyDigest());
});

discover.get('/reports/monthly', async (_req, res) => {
  res.json(await monthlyReport());
});
