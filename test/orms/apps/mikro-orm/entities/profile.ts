import { Entity, OneToOne, PrimaryKey, Property } from '@mikro-orm/core';
import { User } from './user';

@Entity()
export class Profile {
  @PrimaryKey({ type: 'integer' })
  id!: number;

  @Property({ type: 'string', nullable: true })
  websiteUrl?: string;

  @OneToOne({ entity: () => User, inversedBy: 'profile', owner: true })
  user!: User;
}
