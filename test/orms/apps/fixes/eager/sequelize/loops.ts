import { Op } from 'sequelize';
import { Authors, commentsOf, editorOf } from './helpers';
import { Comment, Member, Name, Post, Untouched, User } from './models';

const bodies = (comments: any[]) => comments.map(({ body }) => body).sort();

export async function pageOfMany() {
  const posts = await Post.findAll({ order: [['title', 'DESC'], ['id', 'ASC']], limit: 3, offset: 2 });
  const lines: unknown[] = [];
  for (const post of posts) {
    const comments = await Comment.findAll({ where: { postId: post.id } });
    lines.push([post.title, bodies(comments)]);
  }
  return lines;
}

export async function countedPageOfMany() {
  const { rows, count } = await Post.findAndCountAll({ where: { authorId: [1, 2, 3] }, order: ['id'], limit: 3 });
  const lines: unknown[] = [count];
  for (const post of rows) {
    const comments = await post.getComments();
    lines.push([post.title, bodies(comments)]);
  }
  return lines;
}

export async function countedMany() {
  const { rows, count } = await Post.findAndCountAll({ order: ['id'] });
  const lines: unknown[] = [count];
  for (const post of rows) {
    const comments = await Comment.findAll({ where: { postId: post.id } });
    lines.push([post.title, bodies(comments)]);
  }
  return lines;
}

export async function countedOne() {
  const { rows, count } = await Post.findAndCountAll({ where: { id: { [Op.gt]: 1 } }, order: ['id'], limit: 4 });
  const lines: unknown[] = [count];
  for (const post of rows) {
    const editor = await post.getEditor();
    lines.push([post.title, editor?.name]);
  }
  return lines;
}

export async function scopedTarget() {
  const posts = await Post.findAll({ order: ['id'] });
  const lines: unknown[] = [];
  for (const post of posts) {
    const member = await Member.findByPk(post.authorId);
    lines.push([post.title, member?.name]);
  }
  return lines;
}

export async function scopedTargetOfPage() {
  const posts = await Post.findAll({ order: ['id'], limit: 4 });
  const lines: unknown[] = [];
  for (const post of posts) {
    const member = await post.getMember();
    lines.push([post.title, member?.name]);
  }
  return lines;
}

export async function targetWithColumns() {
  const posts = await Post.findAll({ order: ['id'] });
  const lines: unknown[] = [];
  for (const post of posts) {
    const writer = await Name.findByPk(post.authorId);
    lines.push([post.title, writer?.toJSON()]);
  }
  return lines;
}

export async function scopedAssociation() {
  const posts = await Post.findAll({ order: ['id'] });
  const lines: unknown[] = [];
  for (const post of posts) {
    const comments = await post.getEarly();
    lines.push([post.title, bodies(comments)]);
  }
  return lines;
}

export async function fewColumns() {
  const posts = await Post.findAll({ attributes: ['id', 'title', 'editorId'], where: { title: { [Op.like]: 'post%' } }, order: ['id'] });
  const lines: unknown[] = [];
  for (const post of posts) {
    const editor = await User.findByPk(post.editorId);
    lines.push([post.title, editor?.name ?? null]);
  }
  return lines;
}

export async function nested() {
  const posts = await Post.findAll({ include: ['comments'], order: ['id', ['comments', 'id', 'ASC']] });
  const lines: unknown[] = [];
  for (const post of posts) {
    for (const comment of post.comments) {
      const author = await User.findByPk(comment.authorId);
      lines.push([post.title, comment.body, author.name]);
    }
  }
  return lines;
}

export async function nestedInObject() {
  const posts = await Post.findAll({
    include: [{ model: User, as: 'author' }, { model: Comment, as: 'comments', separate: true, order: ['id'] }],
    order: ['id'],
    limit: 5,
  });
  const lines: unknown[] = [];
  for (const post of posts) {
    for (const comment of post.comments) {
      const author = await comment.getAuthor();
      lines.push([post.author.name, comment.body, author.name]);
    }
  }
  return lines;
}

export async function withWhereOnInclude() {
  const posts = await Post.findAll({
    include: [{ association: 'author', where: { name: { [Op.ne]: 'user 2' } } }],
    order: ['id'],
    limit: 5,
  });
  const lines: unknown[] = [];
  for (const post of posts) {
    const comments = await post.getComments();
    lines.push([post.author.name, bodies(comments)]);
  }
  return lines;
}

export async function paranoidTarget() {
  const comments = await Comment.findAll({ order: ['id'] });
  const lines: unknown[] = [];
  for (const comment of comments) {
    const post = await Untouched.findByPk(comment.postId);
    lines.push([comment.body, post?.title ?? null]);
  }
  return lines;
}

export async function secondList() {
  const users = await User.findAll({ include: ['posts'], order: ['id'] });
  const lines: unknown[] = [];
  for (const user of users) {
    const comments = await user.getComments();
    lines.push([user.name, user.posts.length, bodies(comments)]);
  }
  return lines;
}

export async function columnsOfInclude() {
  const posts = await Post.findAll({ attributes: { exclude: ['title'] }, include: [{ association: 'comments', attributes: ['id', 'authorId'] }], order: ['id'] });
  const lines: unknown[] = [];
  for (const post of posts) {
    for (const comment of post.comments) {
      const author = await User.findByPk(comment.authorId);
      lines.push([post.id, comment.id, author.name]);
    }
  }
  return lines.map(String).sort();
}

export async function scopedOuter() {
  const posts = await Post.scope('published').findAll({ order: ['id'] });
  const lines: unknown[] = [];
  for (const post of posts) {
    const author = await User.findByPk(post.authorId);
    lines.push([post.id, author.name]);
  }
  return lines;
}

export async function byHelper() {
  const posts = await Post.findAll({ order: ['id'] });
  const lines: unknown[] = [];
  for (const post of posts) {
    const editor = await editorOf(post);
    lines.push([post.title, editor?.name]);
  }
  return lines;
}

export async function listsByHelper() {
  const posts = await Post.findAll({ order: ['id'] });
  return Promise.all(
    posts.map(async (post: any) => {
      const comments = await commentsOf(post);
      return [post.title, bodies(comments)];
    }),
  );
}

const authors = new Authors();

export async function byMethod() {
  const posts = await Post.findAll({ order: ['id'] });
  const lines: unknown[] = [];
  for (const post of posts) {
    const author = await authors.byId(post.authorId);
    lines.push([post.title, author.name]);
  }
  return lines;
}
