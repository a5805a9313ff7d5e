import assert from 'node:assert/strict';
import { codeFixes } from '../../../src/fixes/code-fixes';
import { codeFindingsIn } from '../../support/code-findings';
import { afterFix } from '../../support/fixes-of';

const head = `import { Pool } from 'pg';
import { settings } from './settings';
`;

/** The code after the fix of its first pool for each request; undefined where none is offered. */
async function mended(code: string): Promise<string | undefined> {
  const text = head + code;
  const found = (await codeFindingsIn({ '/app/posts.js': text })).filter(
    ({ finding }) => finding.rule === 'pool-per-request',
  );
  assert.ok(found.length > 0, 'the pool is seen');
  const [first] = found;
  const [fix] = first ? codeFixes(first, () => text) : [];
  return fix && afterFix(fix, text).slice(head.length);
}

describe('making a pool once', () => {
  it('puts it above the statement of the handler, and takes away what ended it', async () => {
    assert.equal(
      await mended(`
const max = 5;

/** All of them. */
app.get(
  '/posts',
  async (req, res) => {
    const pool = new Pool({
      ...settings,
      max,
      host: process.env.DB_HOST || 'localhost',
      port: Number(process.env.DB_PORT),
    });
    try {
      res.json((await pool.query('SELECT 1')).rows);
    } catch (error) {
      await pool.end();
      throw error;
    }
    await pool.end();
  },
);
`),
      `
const max = 5;

const pool = new Pool({
  ...settings,
  max,
  host: process.env.DB_HOST || 'localhost',
  port: Number(process.env.DB_PORT),
});

/** All of them. */
app.get(
  '/posts',
  async (req, res) => {
    try {
      res.json((await pool.query('SELECT 1')).rows);
    } catch (error) {
      throw error;
    }
  },
);
`,
    );
  });

  it('puts it above the class of a controller', async () => {
    const after = await mended(`@Controller()
export class Posts {
  @Get()
  async list(req, res) {
    const pool = new Pool({ max: 3 })
    return pool.query('SELECT 1')
  }
}
`);
    assert.equal(
      after,
      `const pool = new Pool({ max: 3 })

@Controller()
export class Posts {
  @Get()
  async list(req, res) {
    return pool.query('SELECT 1')
  }
}
`,
    );
  });

  const handler = (body: string, before = '') => `${before}app.get('/posts', async (req, res) => {\n  ${body}\n});\n`;
  const kept: Readonly<Record<string, string>> = {
    'where its options depend on the request': handler('const pool = new Pool({ database: req.query.tenant });'),
    'where they depend on what is asked first': handler(
      'const url = await secret();\n  const pool = new Pool({ connectionString: url });',
    ),
    'where they depend on text of the request': handler(
      'const pool = new Pool({ connectionString: `postgres://${req.host}/a` });',
    ),
    'where they call the program': handler(
      'const pool = new Pool(optionsNow());',
      'function optionsNow() { return {}; }\n',
    ),
    'where they stand below': `${handler('const pool = new Pool(later);')}const later = { max: 3 };\n`,
    'where its name is another’s': handler('const pool = new Pool();', 'const pool = 1;\n'),
    'where an event ends it': handler("const pool = new Pool();\n  res.on('finish', () => pool.end());"),
    'where it may be set again': handler('let pool = new Pool();\n  pool = other;'),
  };
  for (const [name, code] of Object.entries(kept)) {
    it(`is not offered ${name}`, async () => assert.equal(await mended(code), undefined));
  }

  it('is offered once where two handlers make one of the same name', async () => {
    const text = `${head}${handler('const pool = new Pool();')}${handler('const pool = new Pool();')}`;
    const found = await codeFindingsIn({ '/app/posts.js': text });
    assert.deepEqual(
      found.map((one) => codeFixes(one, () => text).length),
      [1, 0],
    );
  });
});
