import { MoreThan } from 'typeorm';
import { Comment, dataSource, Post, Untouched, User } from './models';

const posts = dataSource.getRepository(Post);
const users = dataSource.getRepository(User);
const comments = dataSource.getRepository(Comment);
const untouched = dataSource.getRepository(Untouched);
const bodies = (found: Comment[]) => found.map(({ body }) => body).sort();

export async function pageOfMany() {
  const found = await posts.find({ where: { id: MoreThan(1) }, order: { title: 'DESC', id: 'ASC' }, take: 3, skip: 2 });
  const lines: unknown[] = [];
  for (const post of found) {
    const own = await comments.find({ where: { postId: post.id } });
    lines.push([post.title, bodies(own)]);
  }
  return lines;
}

export async function countedMany() {
  const [found, count] = await posts.findAndCount({ order: { id: 'ASC' }, take: 4 });
  const lines: unknown[] = [count];
  for (const post of found) {
    const own = await comments.findBy({ postId: post.id });
    lines.push([post.title, bodies(own)]);
  }
  return lines;
}

export async function missingOnes() {
  const found = await posts.find({ where: { id: MoreThan(1) }, order: { id: 'ASC' } });
  const lines: unknown[] = [];
  for (const post of found) {
    const editor = post.editorId === null ? null : await users.findOneBy({ id: post.editorId });
    lines.push([post.title, editor?.name]);
  }
  return lines;
}

export async function softDeleted() {
  const found = await comments.find({ order: { id: 'ASC' } });
  const lines: unknown[] = [];
  for (const comment of found) {
    const post = await untouched.findOneBy({ id: comment.postId });
    lines.push([comment.body, post?.title ?? null]);
  }
  return lines;
}

export async function softDeletedOfBuilder() {
  const found = await comments.createQueryBuilder('c').orderBy('c.id', 'ASC').take(12).getMany();
  const lines: unknown[] = [];
  for (const comment of found) {
    const post = await untouched.findOneBy({ id: comment.postId });
    lines.push([comment.body, post?.title ?? null]);
  }
  return lines;
}

export async function countedOfBuilder() {
  const [found, count] = await posts
    .createQueryBuilder('post')
    .where('post.author_id IN (:...ids)', { ids: [1, 2, 3] })
    .orderBy('post.title', 'DESC')
    .take(3)
    .getManyAndCount();
  const lines: unknown[] = [count];
  for (const post of found) {
    const own = await comments.find({ where: { postId: post.id } });
    lines.push([post.title, bodies(own)]);
  }
  return lines;
}

export async function nested() {
  const found = await posts.find({ relations: { comments: true }, order: { id: 'ASC', comments: { id: 'ASC' } } });
  const lines: unknown[] = [];
  for (const post of found) {
    for (const comment of post.comments) {
      const author = await users.findOneBy({ id: comment.authorId });
      lines.push([post.title, comment.body, author!.name]);
    }
  }
  return lines;
}

export async function joinedAlready() {
  const found = await posts
    .createQueryBuilder('p')
    .innerJoin('p.author', 'writer')
    .where('writer.name <> :name', { name: 'user 2' })
    .orderBy('p.id')
    .getMany();
  return Promise.all(
    found.map(async (post) => {
      const author = await users.findOneBy({ id: post.authorId });
      return `${post.title} by ${author!.name}`;
    }),
  );
}
