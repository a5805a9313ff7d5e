import { Like } from 'typeorm';
import { Comment, dataSource, Post, User } from './models';

const postRepository = dataSource.getRepository(Post);
const userRepository = dataSource.getRepository(User);

export async function authors() {
  const posts = await postRepository.find({ order: { id: 'ASC' } });
  const lines: string[] = [];
  for (const post of posts) {
    const author = await userRepository.findOneBy({ id: post.authorId });
    lines.push(`${post.title} by ${author?.name}`);
  }
  return lines;
}

export async function authorsOfBuilder() {
  const posts = await postRepository
    .createQueryBuilder('post')
    .where('post.id > :least', { least: 2 })
    .orderBy('post.id')
    .getMany();
  const lines: string[] = [];
  for (const post of posts) {
    const author = await userRepository.findOne({ where: { id: post.authorId } });
    lines.push(`${post.title} by ${author?.name}`);
  }
  return lines;
}

export async function lazyEditors() {
  const posts = await postRepository.find({ order: { id: 'ASC' } });
  const lines: string[] = [];
  for (const post of posts) {
    const editor = await post.editor;
    lines.push(`${post.title}: ${editor?.name}`);
  }
  return lines;
}

export async function commentsOfEach() {
  const posts = await dataSource.manager.find(Post, { relations: { author: true }, order: { id: 'ASC' } });
  const lines: string[] = [];
  for (const post of posts) {
    const comments = await dataSource.manager.find(Comment, { where: { postId: post.id } });
    lines.push(`${post.author.name}: ${comments.map(({ body }) => body).sort().join(', ')}`);
  }
  return lines;
}

export async function countOfEach() {
  const posts = await postRepository.find({ order: { id: 'ASC' } });
  const lines: string[] = [];
  for (const post of posts) {
    const count = await dataSource.getRepository(Comment).countBy({ postId: post.id });
    lines.push(`${post.title}: ${count}`);
  }
  return lines;
}

export async function countByManager() {
  const posts = await postRepository.find({ order: { id: 'ASC' } });
  return Promise.all(
    posts.map(async (post) => `${post.id}: ${await dataSource.manager.count(Comment, { where: { postId: post.id } })}`),
  );
}

export async function commentsInOrder() {
  const posts = await postRepository.find({ order: { id: 'ASC' } });
  const lines: string[] = [];
  for (const post of posts) {
    const comments = await dataSource.manager.find(Comment, { where: { postId: post.id }, order: { id: 'DESC' } });
    lines.push(`${post.title}: ${comments.map(({ body }) => body).join(', ')}`);
  }
  return lines;
}

export async function usersByPost() {
  const posts = await postRepository.find({ order: { id: 'ASC' } });
  const lines: string[] = [];
  for (const post of posts) {
    const namesake = await userRepository.findOneBy({ id: post.id });
    lines.push(`${post.title}: ${namesake === null ? 'none' : namesake.name}`);
  }
  return lines;
}

export async function writes() {
  await dataSource.query('ALTER TABLE comments ALTER author_id SET DEFAULT 1');
  const posts = await postRepository.find({ order: { id: 'ASC' } });
  const commentRepository = dataSource.getRepository(Comment);
  for (const post of posts) await commentRepository.insert({ body: `About ${post.title}`, postId: post.id });
  const comments = await commentRepository.find({ where: { body: Like('About%') }, order: { id: 'ASC' } });
  await commentRepository.delete({ body: Like('About%') });
  return comments.map(({ body, postId }) => `${body} ${postId}`);
}
