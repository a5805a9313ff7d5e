import { Comment } from './comment.js';
import { Post } from './post.js';
import { PostTag } from './post-tag.js';
import { sequelize } from './sequelize.js';
import { Tag } from './tag.js';
import { User } from './user.js';

User.hasMany(Post, { as: 'posts', foreignKey: 'authorId' });
Post.belongsTo(User, { as: 'author', foreignKey: 'authorId' });

Post.hasMany(Comment, { as: 'comments', foreignKey: 'postId' });
Comment.belongsTo(Post, { as: 'post', foreignKey: 'postId' });

User.hasMany(Comment, { as: 'comments', foreignKey: 'authorId' });
Comment.belongsTo(User, { as: 'author', foreignKey: 'authorId' });

Post.belongsToMany(Tag, { as: 'tags', through: PostTag, foreignKey: 'postId', otherKey: 'tagId' });
Tag.belongsToMany(Post, { as: 'posts', through: PostTag, foreignKey: 'tagId', otherKey: 'postId' });

export { Comment, Post, PostTag, sequelize, Tag, User };
