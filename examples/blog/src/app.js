import express from 'express';
import { admin } from './routes/admin.js';
import { authors } from './routes/authors.js';
import { discover } from './routes/discover.js';
import { posts } from './routes/posts.js';

export const app = express();

app.use(express.json());
app.use('/posts', posts);
app.use('/authors', authors);
app.use('/admin', admin);
app.use(discover);

app.use((error, _req, res, _next) => {
  console.error(error);
  res.status(500).json({ error: 'Something went wrong' });
});
