import { and, asc, count, desc, eq, getTableColumns, gt, ilike, inArray, isNull, ne, not, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Database, Transaction } from './db';
import { comments, posts, profiles, users } from './schema';

export interface UserFilter {
  role?: 'reader' | 'writer' | 'admin';
  search?: string;
  ids?: number[];
}

export class UsersService {
  constructor(private readonly db: Database) {}

  async findOne(id: number) {
    const [user] = await this.db.select().from(users).where(eq(users.id, id)).limit(1);
    return user;
  }

  async findByEmail(email: string) {
    return this.db.query.users.findFirst({ where: eq(users.email, email) });
  }

  async findWithProfile(id: number) {
    return this.db.query.users.findFirst({
      where: (table, { eq }) => eq(table.id, id),
      with: { profile: true },
      columns: { settings: false },
    });
  }

  async list({ role, search, ids }: UserFilter, page: number) {
    const conditions: SQL[] = [];
    if (role) conditions.push(eq(users.role, role));
    if (search) {
      const term = `%${search}%`;
      conditions.push(or(ilike(users.firstName, term), ilike(users.email, term))!);
    }
    if (ids) conditions.push(inArray(users.id, ids));
    return this.db
      .select({ id: users.id, email: users.email, name: users.firstName })
      .from(users)
      .where(and(...conditions))
      .orderBy(desc(users.createdAt), users.id)
      .limit(25)
      .offset(page * 25);
  }

  async listOptional(role?: 'reader' | 'writer', minId?: number) {
    return this.db
      .select({ id: users.id })
      .from(users)
      .where(and(role ? eq(users.role, role) : undefined, minId !== undefined ? gt(users.id, minId) : undefined, users.isActive));
  }

  async withPostCounts() {
    return this.db
      .select({ ...getTableColumns(users), postCount: count(posts.id) })
      .from(users)
      .leftJoin(posts, eq(posts.authorId, users.id))
      .groupBy(users.id)
      .having(({ postCount }) => gt(postCount, 0))
      .orderBy(({ postCount }) => desc(postCount));
  }

  async inviters() {
    const inviter = alias(users, 'inviter');
    return this.db
      .select({ user: users.email, inviter: inviter.email })
      .from(users)
      .innerJoin(inviter, eq(users.invitedBy, inviter.id))
      .orderBy(asc(inviter.email));
  }

  async joined(id: number) {
    return this.db
      .select()
      .from(users)
      .leftJoin(profiles, eq(profiles.userId, users.id))
      .where(eq(users.id, id));
  }

  async create(input: { email: string; firstName: string }, tx?: Transaction) {
    const database = tx ?? this.db;
    const [created] = await database
      .insert(users)
      .values({ email: input.email.toLowerCase(), firstName: input.firstName })
      .returning();
    return created;
  }

  async register(input: { email: string; firstName: string; bio: string }) {
    return this.db.transaction(async (tx) => {
      const user = await this.create(input, tx);
      await tx.insert(profiles).values({ userId: user!.id, bio: input.bio });
      const [total] = await tx.select({ total: count() }).from(users);
      return { user, total };
    });
  }

  async rename(id: number, name: string) {
    await this.db.update(users).set({ firstName: name }).where(eq(users.id, id));
  }

  async deactivate(ids: number[]) {
    return this.db
      .update(users)
      .set({ isActive: false, lastName: sql`upper(${users.lastName})` })
      .where(and(inArray(users.id, ids), ne(users.role, 'admin')))
      .returning({ id: users.id, mail: users.email });
  }

  async remove(id: number) {
    const deleted = await this.db.delete(users).where(eq(users.id, id)).returning({ deletedId: users.id });
    return deleted.length;
  }

  async countActive() {
    return this.db.$count(users, and(eq(users.isActive, true), isNull(users.invitedBy)));
  }

  async countAll() {
    const [row] = await this.db.select({ count: sql<number>`count(*)::int` }).from(users);
    return row?.count ?? 0;
  }

  async silent() {
    const spoken = this.db.select({ id: comments.userId }).from(comments);
    return this.db.select({ email: users.email }).from(users).where(not(inArray(users.id, spoken)));
  }

  async notMe(me: number) {
    return this.db
      .selectDistinct({ role: users.role })
      .from(users)
      .where(ne(users.id, me))
      .orderBy(users.role);
  }
}
