import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { Post } from './post.entity';
import { User } from './user.entity';

export { Post, User };
export const dataSource = new DataSource({
  type: 'postgres',
  url: process.env.BLOG_DATABASE_URL,
  entities: [User, Post],
});
export const open = () => dataSource.initialize();
export const close = () => dataSource.destroy();
