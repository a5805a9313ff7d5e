import { DataTypes, Sequelize } from 'sequelize';

export const sequelize = new Sequelize(process.env.BLOG_DATABASE_URL ?? '', {
  logging: false,
  define: { underscored: true, timestamps: false },
});

export const User: any = sequelize.define('User', { name: DataTypes.TEXT }, { tableName: 'users' });
export const Post: any = sequelize.define('Post', { title: DataTypes.TEXT }, { tableName: 'posts' });
export const Comment: any = sequelize.define('Comment', { body: DataTypes.TEXT }, { tableName: 'comments' });
export const Tag: any = sequelize.define('Tag', { label: DataTypes.TEXT }, { tableName: 'tags' });
/** Without associations. */
export const Note: any = sequelize.define(
  'Note',
  { body: DataTypes.TEXT, postId: DataTypes.INTEGER, authorId: DataTypes.INTEGER },
  { tableName: 'comments' },
);

Post.belongsTo(User, { as: 'author', foreignKey: 'authorId' });
Post.belongsTo(User, { as: 'editor', foreignKey: 'editorId' });
Post.hasMany(Comment, { as: 'comments', foreignKey: 'postId' });
Comment.belongsTo(Post, { as: 'post', foreignKey: 'postId' });
Comment.belongsTo(User, { as: 'author', foreignKey: 'authorId' });
Post.belongsToMany(Tag, { as: 'tags', through: 'posts_tags', foreignKey: 'postId', otherKey: 'tagId', timestamps: false });

export const close = () => sequelize.close();
