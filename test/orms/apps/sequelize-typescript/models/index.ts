import 'reflect-metadata';
import { Sequelize } from 'sequelize-typescript';
import { Comment } from './comment.model';
import { Follow } from './follow.model';
import { Post } from './post.model';
import { PostTag } from './post-tag.model';
import { Profile } from './profile.model';
import { Tag } from './tag.model';
import { User } from './user.model';

export const sequelize = new Sequelize('postgres://blog@localhost/blog', {
  logging: false,
  models: [User, Profile, Post, Comment, Tag, PostTag, Follow],
});

export { Comment, Follow, Post, PostTag, Profile, Tag, User };
