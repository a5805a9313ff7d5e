import assert from 'node:assert/strict';
import { ormCallsIn } from '../../../support/orm-calls';

/** The tables that a function's queries read, with `db` a Knex client. */
async function tablesOf(body: string): Promise<string[]> {
  const { calls } = await ormCallsIn({
    '/app/list.ts': `import knex from 'knex';\nconst db = knex({ client: process.env.DB_TYPE });\nexport async function list(all) { ${body} }`,
  });
  return calls.flatMap(({ variants }) =>
    variants.map(({ statements }) => /from "(\w+)"/i.exec(statements[0]?.sql ?? '')?.[1] ?? ''),
  );
}

describe('A branch for another kind of database', () => {
  const decided: Readonly<Record<string, string>> = {
    'if and else': "if (config.db.type === 'postgres') { await db('posts'); } else { await db('others'); }",
    'if for others':
      "if (config.db.type === 'mysql' || config.db.type === `mariadb`) { await db('others'); } else { await db('posts'); }",
    'a way out': "if (config.db.type !== 'postgres') { await db('others'); return; } await db('posts');",
    'else if':
      "if (db.client.config.client === 'sqlite3') { await db('others'); } else if (dialect === 'pg') { await db('posts'); } else { await db('others'); }",
    'a list':
      "if (['mysql', 'mariadb'].includes(process.env.DB_TYPE)) { await db('others'); } else { await db('posts'); }",
    'a negation': "if (!(db.client.dialect == 'postgresql')) { await db('others'); } else { await db('posts'); }",
    'a switch':
      "switch (config.db.type) { case 'mysql': case 'mariadb': await db('others'); break; case 'postgres': await db('posts'); break; default: await db('others'); }",
    'the default of a switch':
      "switch (config.db.type) { case 'mysql': case 'mariadb': await db('others'); break; default: await db('posts'); }",
    'a choice': "await db(config.db.type === 'postgres' ? 'posts' : 'others');",
    'a further condition': "if (config.db.type === 'mysql' && all) { await db('others'); } else { await db('posts'); }",
  };
  for (const [name, body] of Object.entries(decided)) {
    it(`is not read: ${name}`, async () => {
      assert.deepEqual(await tablesOf(body), ['posts']);
    });
  }

  const open: Readonly<Record<string, string>> = {
    'another question': "if (post.type === 'draft') { await db('posts'); } else { await db('others'); }",
    'a name of something else': "if (name === 'mysql') { await db('posts'); } else { await db('others'); }",
    'a kind that is not known': "if (config.db.type === kind) { await db('posts'); } else { await db('others'); }",
    'a further condition':
      "if (config.db.type === 'postgres' && all) { await db('posts'); } else { await db('others'); }",
  };
  for (const [name, body] of Object.entries(open)) {
    it(`is none: ${name}`, async () => {
      assert.deepEqual(await tablesOf(body), ['posts', 'others']);
    });
  }
});
