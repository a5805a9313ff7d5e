import { DataSource } from 'typeorm';
import { Category } from './entities/category';
import { Comment } from './entities/comment';
import { Image, Media, Video } from './entities/media';
import { Post } from './entities/post';
import { Profile } from './entities/profile';
import { ContractSchema, SponsorSchema } from './entities/sponsor';
import { Subscriber } from './entities/subscriber';
import { Tag } from './entities/tag';
import { Folder, Region, Topic } from './entities/trees';
import { User } from './entities/user';

export const AppDataSource = new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL,
  entities: [User, Profile, Post, Comment, Tag, Category, Media, Image, Video, Subscriber, SponsorSchema, ContractSchema, Topic, Folder, Region],
});
