import { Entity, ManyToOne, PrimaryKeyProp, Property } from '@mikro-orm/core';
import { Post } from './post';
import { User } from './user';

/** A key of two relations; its user is always loaded. */
@Entity()
export class Rating {
  [PrimaryKeyProp]?: ['user', 'post'];

  @ManyToOne({ entity: () => User, primary: true, eager: true })
  user!: User;

  @ManyToOne({ entity: () => Post, primary: true })
  post!: Post;

  @Property({ type: 'smallint', default: 3 })
  stars!: number;

  @Property({ type: 'string', persist: false })
  transient?: string;

  @Property({ type: 'text', hidden: true, nullable: true })
  secretNote?: string;
}
