import { type ExpressionBuilder, sql } from 'kysely';
import { jsonObjectFrom } from 'kysely/helpers/postgres';
import type { BlogDatabase, KyselyDB, KyselyTransaction, User } from './types';
import { dbOrTx } from './utils';

export class UserRepo {
  constructor(private readonly db: KyselyDB) {}

  public baseFields: Array<keyof User> = ['id', 'email', 'firstName', 'lastName', 'role', 'createdAt'];

  async findById(userId: number, opts?: { includeSettings?: boolean; trx?: KyselyTransaction }) {
    const db = dbOrTx(this.db, opts?.trx);
    return db
      .selectFrom('users')
      .select(this.baseFields)
      .$if(opts?.includeSettings, (qb) => qb.select('settings'))
      .where('id', '=', userId)
      .where('deletedAt', 'is', null)
      .executeTakeFirst();
  }

  async findByEmail(email: string, trx?: KyselyTransaction) {
    const db = dbOrTx(this.db, trx);
    return db
      .selectFrom('users')
      .select((eb) => [...this.baseFields, this.withProfile(eb)])
      .where(sql`LOWER(email)`, '=', sql`LOWER(${email})`)
      .executeTakeFirst();
  }

  async updateUser(updatable: Partial<User>, userId: number, trx?: KyselyTransaction) {
    const db = dbOrTx(this.db, trx);
    return await db
      .updateTable('users')
      .set({ firstName: updatable.firstName, lastName: updatable.lastName, updatedAt: new Date() } as any)
      .where('id', '=', userId)
      .execute();
  }

  async updateLastLogin(userId: number) {
    return await this.db
      .updateTable('users')
      .set({ lastLoginAt: new Date() })
      .where('id', '=', userId)
      .execute();
  }

  async insertUser(user: { email: string; firstName: string; lastName: string; role: string }, trx?: KyselyTransaction) {
    return dbOrTx(this.db, trx)
      .insertInto('users')
      .values({ ...user, email: user.email.toLowerCase() } as any)
      .returning(this.baseFields)
      .executeTakeFirst();
  }

  async countByRole(role: string): Promise<number> {
    const { count } = await this.db
      .selectFrom('users')
      .select((eb) => eb.fn.count('id').as('count'))
      .where('role', '=', role)
      .where('deletedAt', 'is', null)
      .executeTakeFirst();
    return count as number;
  }

  async search(term: string, limit = 20) {
    let query = this.db.selectFrom('users').select(this.baseFields).where('deletedAt', 'is', null);
    if (term) {
      query = query.where((eb) =>
        eb(sql`f_unaccent(users.first_name)`, 'ilike', sql`f_unaccent(${`%${term}%`})`).or('email', 'ilike', `%${term}%`),
      );
    }
    return query.orderBy('createdAt', 'desc').limit(limit).execute();
  }

  async updatePreference(userId: number, key: string, value: boolean) {
    return await this.db
      .updateTable('users')
      .set({
        settings: sql`COALESCE(settings, '{}'::jsonb)
                || jsonb_build_object('preferences', COALESCE(settings->'preferences', '{}'::jsonb)
                || jsonb_build_object(${sql.lit(key)}, ${sql.lit(value)}))`,
      })
      .where('id', '=', userId)
      .returning(['id', 'settings'])
      .executeTakeFirst();
  }

  async mergeSettings(userId: number, patch: object) {
    return this.db
      .updateTable('users')
      .set((eb) => ({ settings: sql`${eb.ref('settings')} || ${JSON.stringify(patch)}::jsonb` }))
      .where('id', '=', userId)
      .execute();
  }

  async remove(userId: number, trx?: KyselyTransaction) {
    await dbOrTx(this.db, trx).deleteFrom('users').where('id', '=', userId).execute();
  }

  withProfile(eb: ExpressionBuilder<BlogDatabase, 'users'>) {
    return jsonObjectFrom(
      eb.selectFrom('profiles').select(['bio', 'avatarUrl']).whereRef('profiles.userId', '=', 'users.id'),
    ).as('profile');
  }
}
