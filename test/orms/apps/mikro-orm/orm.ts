import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import { Bookmark, Folder, Label } from './entities/bookmark';
import { CategorySchema } from './entities/category';
import { Comment } from './entities/comment';
import { Post } from './entities/post';
import { Profile } from './entities/profile';
import { Rating } from './entities/rating';
import { Tag } from './entities/tag';
import { Address, User } from './entities/user';

export const orm = MikroORM.initSync({
  driver: PostgreSqlDriver,
  dbName: 'blog',
  entities: [User, Address, Profile, Post, Comment, Tag, CategorySchema, Rating, Folder, Bookmark, Label],
  allowGlobalContext: true,
  discovery: { checkDuplicateFieldNames: false },
  connect: false,
});
