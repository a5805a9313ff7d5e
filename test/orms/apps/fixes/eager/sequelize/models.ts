import { DataTypes, Op, Sequelize } from 'sequelize';

export const sequelize = new Sequelize(process.env.BLOG_DATABASE_URL ?? '', {
  logging: false,
  define: { underscored: true, timestamps: false },
});

export const User: any = sequelize.define('User', { name: DataTypes.TEXT }, { tableName: 'users' });
/** Some of the users, always. */
export const Member: any = sequelize.define(
  'Member',
  { name: DataTypes.TEXT },
  { tableName: 'users', defaultScope: { where: { name: { [Op.ne]: 'user 4' } } } },
);
/** Users by their names alone. */
export const Name: any = sequelize.define(
  'Name',
  { name: DataTypes.TEXT },
  { tableName: 'users', defaultScope: { attributes: ['name'] } },
);
export const Post: any = sequelize.define('Post', { title: DataTypes.TEXT }, {
  tableName: 'posts',
  scopes: { published: { where: { id: { [Op.lt]: 7 } } } },
});
export const Comment: any = sequelize.define('Comment', { body: DataTypes.TEXT }, { tableName: 'comments' });

/** Posts that nobody edits. */
export const Untouched: any = sequelize.define(
  'Untouched',
  { title: DataTypes.TEXT },
  { tableName: 'posts', timestamps: true, createdAt: false, updatedAt: false, paranoid: true, deletedAt: 'editorId' },
);

Post.belongsTo(User, { as: 'author', foreignKey: 'authorId' });
Post.belongsTo(User, { as: 'editor', foreignKey: 'editorId' });
Post.belongsTo(Member, { as: 'member', foreignKey: 'authorId' });
Post.belongsTo(Name, { as: 'writer', foreignKey: 'authorId' });
Post.hasMany(Comment, { as: 'comments', foreignKey: 'postId' });
Post.hasMany(Comment, { as: 'early', foreignKey: 'postId', scope: { authorId: 2 } });
Comment.belongsTo(Post, { as: 'post', foreignKey: 'postId' });
Comment.belongsTo(Untouched, { as: 'untouched', foreignKey: 'postId' });
Comment.belongsTo(User, { as: 'author', foreignKey: 'authorId' });
User.hasMany(Comment, { as: 'comments', foreignKey: 'authorId' });
User.hasMany(Post, { as: 'posts', foreignKey: 'authorId' });

export const close = () => sequelize.close();
