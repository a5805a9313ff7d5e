import { Op } from 'sequelize';
import { Comment, Post, User } from '../models/index.js';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/** The week's most read posts, for the newsletter. */
export async function weeklyDigest(now = new Date()) {
  const posts = await Post.findAll({
    where: { status: 'published', createdAt: { [Op.gte]: new Date(now.getTime() - WEEK_MS) } },
    order: [['viewCount', 'DESC']],
    limit: 10,
  });

  const items = [];
  for (const post of posts) {
    const author = await User.findByPk(post.authorId);
    const comments = await Comment.count({ where: { postId: post.id } });
    items.push({ title: post.title, slug: post.slug, author: author.displayName, comments });
  }
  return items;
}

/** The same posts with their authors in one query. */
export async function weeklyDigestWithJoin(now = new Date()) {
  return Post.findAll({
    where: { status: 'published', createdAt: { [Op.gte]: new Date(now.getTime() - WEEK_MS) } },
    include: [{ model: User, as: 'author' }],
    order: [['viewCount', 'DESC']],
    limit: 10,
  });
}
