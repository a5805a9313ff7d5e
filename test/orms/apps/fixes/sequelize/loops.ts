import { Op } from 'sequelize';
import { Comment, Note, Post, User } from './models';

export async function authorsByPk() {
  const posts = await Post.findAll({ order: [['id', 'ASC']] });
  const lines: string[] = [];
  for (const post of posts) {
    // Who wrote it?
    const author = await User.findByPk(post.authorId);
    lines.push(`${post.title} by ${author.name}`);
  }
  return lines;
}

export async function authorsByWhere() {
  const posts = await Post.findAll();
  return Promise.all(
    posts.map(async (post: any) => {
      const author = await User.findOne({ where: { id: post.authorId } });
      return `${post.id} ${author.name}`;
    }),
  );
}

export async function editorsThatMayBeMissing() {
  const posts = await Post.findAll({
    where: { authorId: [1, 2, 3, 4] },
    order: [['id', 'ASC']], // oldest first
    limit: 6,
  });
  const names: (string | null)[] = [];
  for (const post of posts) {
    const editor = await post.getEditor();
    names.push(editor ? editor.name : null);
  }
  return names;
}

export async function commentsOfEach() {
  const posts = await Post.findAll({ include: ['author'], order: [['id', 'ASC']] });
  const counts: string[] = [];
  for (const post of posts) {
    const comments = await Comment.findAll({ where: { postId: post.id } });
    counts.push(`${post.author.name}: ${comments.map((comment: any) => comment.body).sort().join(', ')}`);
  }
  return counts;
}

export async function tagsOfEach() {
  const posts = await Post.findAll({ order: [['id', 'ASC']] });
  const lines: string[] = [];
  for (const post of posts) {
    const tags = await post.getTags();
    lines.push(tags.map((tag: any) => tag.label).sort().join(' '));
  }
  return lines;
}

export async function countOfEach() {
  const posts = await Post.findAll({ order: [['id', 'ASC']] });
  const lines: string[] = [];
  for (const post of posts) {
    const count = await Comment.count({ where: { postId: post.id } });
    lines.push(`${post.title}: ${count}`);
  }
  return lines;
}

export async function countOfSome() {
  const posts = await Post.findAll();
  // As a page shows them.
  return Promise.all(
    posts.map(async (post: any) => ({
      title: post.title,
      comments: await Comment.count({
        where: { postId: post.id, authorId: [1, 2] },
      }),
    })),
  );
}

export async function authorsOfNotes() {
  const notes = await Note.findAll({ order: [['id', 'ASC']] });
  const lines: string[] = [];
  for (const note of notes) {
    const author = await User.findByPk(note.authorId);
    lines.push(`${note.body} by ${author.name}`);
  }
  return lines;
}

export async function postsOfNotes() {
  const notes = await Note.findAll();
  return Promise.all(
    notes.map(async (note: any) => {
      const post = await Post.findOne({
        where: { id: note.postId, authorId: [1, 2, 3] },
        include: ['author'],
      });
      return `${note.id}: ${post === null ? 'none' : post.author.name}`;
    }),
  );
}

export async function notesInOrder() {
  const posts = await Post.findAll();
  const lines: string[] = [];
  for (const post of posts) {
    const notes = await Note.findAll({ where: { postId: post.id }, order: [['id', 'DESC']] });
    lines.push(`${post.title}: ${notes.map((note: any) => note.body).join(', ')}`);
  }
  return lines;
}

export async function writes() {
  const users = await User.findAll({ order: [['id', 'ASC']] });
  for (const user of users) {
    // A greeting each.
    await Note.create({ body: `Welcome, ${user.name}`, postId: 1, authorId: user.id });
  }
  for (const user of users) {
    await Note.create({ body: `Welcome back, ${user.name}`, postId: 1, authorId: user.id });
  }
  const where = { body: { [Op.like]: 'Welcome%' } };
  const notes = await Note.findAll({ where, order: [['id', 'ASC']] });
  await Note.destroy({ where });
  return notes.map((note: any) => `${note.body} ${note.postId} ${note.authorId}`);
}
