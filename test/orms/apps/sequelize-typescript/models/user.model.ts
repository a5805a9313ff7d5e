import {
  AllowNull,
  BelongsToMany,
  Column,
  CreatedAt,
  DataType,
  Default,
  DefaultScope,
  DeletedAt,
  HasMany,
  HasOne,
  Model,
  Scopes,
  Table,
  Unique,
  UpdatedAt,
} from 'sequelize-typescript';
import { Op } from 'sequelize';
import { Comment } from './comment.model';
import { Follow } from './follow.model';
import { Post } from './post.model';
import { Profile } from './profile.model';

@DefaultScope(() => ({ where: { isBlocked: false } }))
@Scopes(() => ({
  full: { include: [Profile] },
  seenSince: (date: Date) => ({ where: { lastSeen: { [Op.gt]: date } } }),
}))
@Table({ tableName: 'app_users' })
export class User extends Model<User> {
  @AllowNull(false)
  @Column(DataType.STRING)
  declare name: string;

  @Unique
  @Column({ type: DataType.STRING, field: 'email_address' })
  declare email: string;

  @Default(false)
  @Column(DataType.BOOLEAN)
  declare isBlocked: boolean;

  @Column({ type: DataType.DATE, field: 'last_seen' })
  declare lastSeen: Date | null;

  @CreatedAt
  @Column(DataType.DATE)
  declare registered: Date;

  @UpdatedAt
  @Column({ type: DataType.DATE, field: 'changed' })
  declare changedOn: Date;

  @DeletedAt
  @Column(DataType.DATE)
  declare closed: Date | null;

  @HasMany(() => Post, 'writerId')
  declare posts: Post[];

  @HasMany(() => Comment)
  declare comments: Comment[];

  @HasOne(() => Profile)
  declare profile: Profile;

  @BelongsToMany(() => User, () => Follow, 'followerId', 'followedId')
  declare following: User[];
}
