import { DataTypes, Sequelize } from 'sequelize';

export const sequelize = new Sequelize(process.env.BLOG_DATABASE_URL as string, {
  logging: false,
  define: { underscored: true, timestamps: false },
});
export const User = sequelize.define<any>('User', { name: DataTypes.TEXT }, { tableName: 'users' });
export const Post = sequelize.define<any>(
  'Post',
  { title: DataTypes.TEXT, authorId: DataTypes.INTEGER, editorId: DataTypes.INTEGER },
  { tableName: 'posts' },
);
export const Tag = sequelize.define<any>('Tag', { label: DataTypes.TEXT, uses: DataTypes.INTEGER }, { tableName: 'tags' });
export const close = () => sequelize.close();
