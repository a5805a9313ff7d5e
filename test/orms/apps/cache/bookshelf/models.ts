import bookshelfOf from 'bookshelf';
import Knex from 'knex';

export const knex = Knex({ client: 'pg', connection: process.env.BLOG_DATABASE_URL });
const bookshelf = bookshelfOf(knex as any);

export const User: any = bookshelf.model('User', { tableName: 'users' } as any);
export const Post: any = bookshelf.model('Post', {
  tableName: 'posts',
  hidden: ['price'],
  author() {
    return (this as any).belongsTo('User', 'author_id');
  },
} as any);

export const close = () => knex.destroy();
