import { Post, Tag, User } from './models';

export async function sameForEach() {
  const posts = await Post.findAll({ order: ['id'] });
  const lines: string[] = [];
  for (const post of posts) {
    const admin = await User.findOne({ where: { id: 1 } });
    lines.push(`${post.title} ${admin.name}`);
  }
  return lines;
}

export async function sameInParallel(least = 2) {
  const posts = await Post.findAll({ order: ['id'] });
  return Promise.all(
    posts.map(async (post) => {
      const { rows: tags, count } = await Tag.findAndCountAll({
        where: { label: 'tag 1' },
        limit: least,
      });
      return `${post.title} ${tags.length} ${count}`;
    }),
  );
}

export async function twice(id = 1) {
  const user = await User.findByPk(id);
  const lines = [user.name];
  const author = await User.findByPk(id);
  lines.push(author.name);
  return lines;
}

export async function counted() {
  const least = 3;
  const users = await User.findAll({ where: { id: [1, least] } });
  if (users.length === 0) return 'nobody';
  return `${users.length} of ${(await Post.findAll()).length + 1}`;
}

export async function countedInline() {
  return `${(await Post.findAll({ where: { authorId: 2 } })).length.toFixed(1)}`;
}

export async function firstOnly() {
  const posts = await Post.findAll({ order: ['id'] });
  return posts.slice(0, 3).map(({ title }) => title);
}

export async function someOnly() {
  const posts = (await Post.findAll({ where: { editorId: null }, order: ['id'] })).filter(
    (post) => post.authorId === 2 && post.title === 'post 1',
  );
  return posts.map(({ title }) => title);
}
