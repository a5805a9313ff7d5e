import assert from 'node:assert/strict';
import { findPools } from '../../../src/code/pools/find-pools';
import { withInsertions } from '../../../src/fixes/pool-insertion';
import { optionFix } from '../../../src/guide/connection-pool/option-fix';
import { afterFix } from '../../support/fixes-of';
import { ormCallsIn } from '../../support/orm-calls';

const path = '/app/db.ts';

/** The file with the pool's size set to 7. */
async function resized(code: string): Promise<string | undefined> {
  const { program } = await ormCallsIn({ [path]: code });
  const [pool] = await withInsertions(findPools(program), async () => code);
  const fix = pool && optionFix(pool, 'max', pool.max, 7);
  return fix?.kind === 'edit' ? afterFix(fix, code, path) : undefined;
}

/** The same of a file of Python. */
async function resizedPython(code: string): Promise<string | undefined> {
  const { program } = await ormCallsIn({ '/app/db.py': code });
  const [pool] = await withInsertions(findPools(program), async () => code);
  const fix = pool && optionFix(pool, 'max', pool.max, 6);
  return fix?.kind === 'edit' ? afterFix(fix, code, '/app/db.py') : undefined;
}

describe('the size of a pool in Python', () => {
  const head = 'from sqlalchemy import create_engine\n';
  const engines: Readonly<Record<string, readonly [string, string | undefined]>> = {
    'is divided as it was': [
      'engine = create_engine(URL, pool_size=20, max_overflow=10)\n',
      'engine = create_engine(URL, pool_size=4, max_overflow=2)\n',
    ],
    'is added with what may be opened beyond it': [
      'engine = create_engine(URL)\n',
      'engine = create_engine(URL, pool_size=2, max_overflow=4)\n',
    ],
    'is added to what is there, line by line': [
      'engine = create_engine(\n    URL,\n    pool_size=5,\n)\n',
      'engine = create_engine(\n    URL,\n    pool_size=2,\n    max_overflow=4,\n)\n',
    ],
    'is left to whoever computes it': ['engine = create_engine(URL, pool_size=int(os.environ["SIZE"]))\n', undefined],
  };
  for (const [name, [before, after]] of Object.entries(engines)) {
    it(`${name}: SQLAlchemy`, async () => assert.equal(await resizedPython(head + before), after && head + after));
  }

  const django = (pool: string) =>
    `import os\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'OPTIONS': {'pool': ${pool}}}}\n`;

  it('takes the place of the one that is there, or is added: Django', async () => {
    assert.equal(
      await resizedPython(django("{'min_size': 2, 'max_size': 12}")),
      django("{'min_size': 2, 'max_size': 6}"),
    );
    assert.equal(await resizedPython(django("{'min_size': 2}")), django("{'min_size': 2, 'max_size': 6}"));
    assert.equal(await resizedPython(django('True')), undefined);
  });
});

describe('the size of a pool in its file', () => {
  const cases: Readonly<Record<string, readonly [string, string]>> = {
    'takes the place of the one that is there': [
      "import { Pool } from 'pg';\nexport const pool = new Pool({ max: 50, min: 1 });\n",
      "import { Pool } from 'pg';\nexport const pool = new Pool({ max: 7, min: 1 });\n",
    ],
    'takes the place of a constant': [
      "import { Pool } from 'pg';\nconst most = 50;\nexport const pool = new Pool({ max: most });\n",
      "import { Pool } from 'pg';\nconst most = 7;\nexport const pool = new Pool({ max: most });\n",
    ],
    'is added to the options, line by line': [
      "import { Pool } from 'pg';\nexport const pool = new Pool({\n  host: 'db',\n});\n",
      "import { Pool } from 'pg';\nexport const pool = new Pool({\n  host: 'db',\n  max: 7,\n});\n",
    ],
    'is added with the object that it stands in': [
      "import { Sequelize } from 'sequelize';\nexport const db = new Sequelize(url, { dialect: 'postgres' });\n",
      "import { Sequelize } from 'sequelize';\nexport const db = new Sequelize(url, { dialect: 'postgres', pool: { max: 7 } });\n",
    ],
    'is added to the object that is there': [
      "import knex from 'knex';\nexport const db = knex({ client: 'pg', pool: { min: 0 } });\n",
      "import knex from 'knex';\nexport const db = knex({ client: 'pg', pool: { min: 0, max: 7 } });\n",
    ],
    'is added to empty parentheses': [
      "import { Pool } from 'pg';\nexport const pool = new Pool();\n",
      "import { Pool } from 'pg';\nexport const pool = new Pool({ max: 7 });\n",
    ],
    'is added behind a connection string': [
      "import postgres from 'postgres';\nexport const sql = postgres(process.env.DATABASE_URL!);\n",
      "import postgres from 'postgres';\nexport const sql = postgres(process.env.DATABASE_URL!, { max: 7 });\n",
    ],
    'is added behind Sequelize’s connection string, in its own object': [
      "import { Sequelize } from 'sequelize';\nexport const db = new Sequelize(process.env.DATABASE_URL!);\n",
      "import { Sequelize } from 'sequelize';\nexport const db = new Sequelize(process.env.DATABASE_URL!, { pool: { max: 7 } });\n",
    ],
    'goes into TypeORM’s extra': [
      "import { DataSource } from 'typeorm';\nexport default new DataSource({ type: 'postgres' });\n",
      "import { DataSource } from 'typeorm';\nexport default new DataSource({ type: 'postgres', extra: { max: 7 } });\n",
    ],
  };
  for (const [name, [before, after]] of Object.entries(cases)) {
    it(name, async () => {
      assert.equal(await resized(before), after);
    });
  }

  it('is not written where the options are made at run time, or a variable gives the number', async () => {
    assert.equal(await resized("import { Pool } from 'pg';\nexport const pool = new Pool(options());\n"), undefined);
    assert.equal(
      await resized(
        "import { Sequelize } from 'sequelize';\nexport const db = (config: any) => new Sequelize(config);\n",
      ),
      undefined,
    );
    assert.equal(
      await resized(
        "import { Pool } from 'pg';\nexport const pool = new Pool({ max: Number(process.env.POOL_MAX) });\n",
      ),
      undefined,
    );
  });
});
