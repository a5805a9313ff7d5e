import { Comment, Post, User } from './models';

export async function authors() {
  const posts = await Post.query().orderBy('id');
  const lines: string[] = [];
  for (const post of posts) {
    const author = await User.query().findById(post.author_id);
    lines.push(`${post.title} by ${author?.name}`);
  }
  return lines;
}

export async function editors() {
  const posts = await Post.query().orderBy('id');
  const lines: string[] = [];
  for (const post of posts) {
    const editor = await User.query().select('id', 'name').findOne({ id: post.editor_id });
    lines.push(`${post.title}: ${editor === undefined ? 'nobody' : editor.name}`);
  }
  return lines;
}

export async function authorsByWhere() {
  const posts = await Post.query().orderBy('id');
  return Promise.all(
    posts.map(async (post) => {
      const author = await User.query().where('id', post.author_id).first();
      return `${post.title} by ${author?.name}`;
    }),
  );
}

export async function postsOfEach() {
  const users = await User.query().orderBy('id');
  const lines: string[] = [];
  for (const user of users) {
    const posts = await Post.query().where('author_id', user.id).where('id', '<', 7).orderBy('id', 'desc');
    lines.push(`${user.name}: ${posts.map(({ title }) => title).join(', ')}`);
  }
  return lines;
}

export async function countOfEach() {
  const posts = await Post.query().orderBy('id');
  const lines: string[] = [];
  for (const post of posts) {
    const count = await Comment.query().where('post_id', post.id).resultSize();
    lines.push(`${post.title}: ${count + 1}`);
  }
  return lines;
}

export async function postCounts() {
  const users = await User.query().orderBy('id');
  const lines: string[] = [];
  for (const user of users) {
    const count = await Post.query().where({ author_id: user.id }).resultSize();
    lines.push(`${user.name}: ${count + 1}`);
  }
  return lines;
}

export async function writes() {
  const users = await User.query().orderBy('id');
  for (const user of users) {
    await Post.query().insert({ title: `Welcome, ${user.name}`, author_id: user.id });
  }
  const posts = await Post.query().where('title', 'like', 'Welcome%').orderBy('id');
  await Post.query().delete().where('title', 'like', 'Welcome%');
  return posts.map(({ title, author_id }) => `${title} ${author_id}`);
}

export async function counted() {
  return (await Post.query().where('author_id', 2)).length;
}

export async function firstOnly() {
  const posts = await Post.query().orderBy('id', 'desc');
  return posts.slice(0, 2).map(({ title }) => title);
}
