import { sequelize } from '../database';
import { Audit, Category, Person } from './category';
import { Comment } from './comment';
import { Note } from './note';
import { Post } from './post';
import { Profile } from './profile';
import Tag, { PostTag } from './tag';
import { User } from './user';

User.hasMany(Post, { as: 'posts', foreignKey: 'authorId' });
Post.belongsTo(User, { as: 'author', foreignKey: { name: 'authorId', allowNull: false } });
Post.belongsTo(User, { as: 'editor', constraints: false });

Post.hasMany(Comment, { foreignKey: 'postId' });
Post.hasOne(Comment, { as: 'pinnedComment', foreignKey: 'pinnedPostId' });
Comment.belongsTo(Post, { foreignKey: 'postId' });
export const CommentAuthor = Comment.belongsTo(User, { as: 'user' });
User.hasMany(Comment);

User.hasOne(Profile, { foreignKey: 'userId', as: 'profile' });
Profile.belongsTo(User, { foreignKey: 'userId', as: 'user' });

Post.belongsToMany(Tag, { through: PostTag, foreignKey: 'postId', otherKey: 'tagId' });
Tag.belongsToMany(Post, { through: PostTag, foreignKey: 'tagId', otherKey: 'postId' });

User.belongsToMany(User, { through: 'followers', as: 'following', foreignKey: 'followerId', otherKey: 'followedId' });

Category.hasMany(Category, { as: 'children', foreignKey: 'parentId' });
Category.belongsTo(Category, { as: 'parent', foreignKey: 'parentId' });
Post.belongsTo(Category);
Category.hasMany(Post);

Person.hasMany(Post, { as: 'sponsored', foreignKey: 'sponsorEmail', sourceKey: 'firstName', constraints: false });

// A note belongs to whatever it is written on.
Post.hasMany(Note, { foreignKey: 'notableId', constraints: false, scope: { notableType: 'post' }, as: 'notes' });
User.hasMany(Note, { foreignKey: 'notableId', constraints: false, scope: { notableType: 'user' }, as: 'notes' });
Post.belongsToMany(Tag, {
  through: { model: PostTag, unique: false, scope: { position: 1 } },
  as: 'mainTags',
  foreignKey: 'postId',
  otherKey: 'tagId',
});

export { Note, Audit, Category, Comment, Person, Post, PostTag, Profile, sequelize, Tag, User };
