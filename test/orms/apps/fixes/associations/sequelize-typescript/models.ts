import { Sequelize } from 'sequelize-typescript';
import { Post } from './post.model';
import { User } from './user.model';

export const sequelize = new Sequelize(process.env.BLOG_DATABASE_URL ?? '', { logging: false, models: [Post, User] });
export { Post, User };
export const close = () => sequelize.close();
