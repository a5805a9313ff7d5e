import type { Knex } from 'knex';

interface App {
  knex: Knex;
  get(path: string, handler: (request: { params: { id: number }; query: { q?: string } }, reply: { send(x: unknown): void }) => unknown): void;
}

export function getUser(app: App, id: number) {
  return app.knex('users').where({ id }).first();
}

export async function plugin(fastify: App) {
  fastify.get('/users/:id', async (request, reply) => {
    const user = await fastify.knex('users').where('id', request.params.id).first('id', 'username');
    reply.send(user);
  });
}

export class Users {
  private db: Knex;

  constructor({ knex }: { knex: Knex }) {
    this.db = knex;
  }

  async overview(id: number) {
    const [user, posts, followers] = await Promise.all([
      this.db('users').where({ id }).first(),
      this.db('posts').where({ author_id: id }).limit(5),
      this.db('followers').where({ user_id: id }).count('* as n'),
    ]);
    return { user, posts, followers };
  }

  names() {
    return this.db('users').select('username').limit(3).then((rows) => rows.map((row) => row.username));
  }
}
