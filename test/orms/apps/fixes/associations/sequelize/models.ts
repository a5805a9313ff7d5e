import { DataTypes, Sequelize } from 'sequelize';
import commentOf from './comment';
import postOf from './post';
import tagOf from './tag';
import userOf from './user';

export const sequelize = new Sequelize(process.env.BLOG_DATABASE_URL ?? '', {
  logging: false,
  define: { underscored: true, timestamps: false },
});

export const models: any = {
  User: userOf(sequelize, DataTypes),
  Post: postOf(sequelize, DataTypes),
  Comment: commentOf(sequelize, DataTypes),
  Tag: tagOf(sequelize, DataTypes),
};
for (const model of Object.values<any>(models)) model.associate?.(models);

export const { User, Post, Comment, Tag } = models;
export const close = () => sequelize.close();
