import { Router } from 'express';
import { purgeComments } from '../services/comments.js';

export const admin = Router();

admin.delete('/comments', async (req, res) => {
  res.json({ purged: await purgeComments(req.query.upTo) });
});
