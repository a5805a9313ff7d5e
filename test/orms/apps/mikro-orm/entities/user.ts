import { Collection, Embeddable, Embedded, Entity, ManyToMany, OneToMany, OneToOne, Property, Unique } from '@mikro-orm/core';
import { BaseEntity } from './base';
import { Comment } from './comment';
import { Post } from './post';
import { Profile } from './profile';

@Embeddable()
export class Address {
  @Property({ type: 'string', nullable: true })
  city?: string;

  @Property({ type: 'string', nullable: true, fieldName: 'zip' })
  zipCode?: string;
}

@Entity({ tableName: 'users' })
export class User extends BaseEntity {
  @Property({ type: 'string' })
  @Unique()
  email!: string;

  @Property({ type: 'string', nullable: true })
  displayName?: string;

  @Property({ type: 'text', lazy: true, nullable: true })
  biography?: string;

  @Property({ type: 'boolean' })
  active = true;

  @Embedded(() => Address, { nullable: true })
  address?: Address;

  @OneToMany(() => Post, (post) => post.author)
  posts = new Collection<Post>(this);

  @OneToMany({ entity: () => Comment, mappedBy: 'author', orderBy: { createdAt: 'desc' } })
  comments = new Collection<Comment>(this);

  @OneToOne({ entity: () => Profile, mappedBy: 'user', nullable: true })
  profile?: Profile;

  @ManyToMany({ entity: () => Post, owner: true })
  favorites = new Collection<Post>(this);
}
