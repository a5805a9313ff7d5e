import assert from 'node:assert/strict';
import { codeFindingsIn } from '../../support/code-findings';

const head = `import { Pool } from 'pg';\nconst pool = new Pool();\n`;
const write = "await pool.query('INSERT INTO settings (name) VALUES ($1)', [name]);";
const told = { isTold: () => false };

async function severities(text: string): Promise<string[]> {
  const found = await codeFindingsIn({ '/app/src/settings.ts': head + text }, told);
  return found.map(({ finding }) => `${finding.rule} ${finding.severity}`);
}

describe('What runs when a program starts', () => {
  const loop = `for (const name of names) { ${write} }`;
  const starts: Readonly<Record<string, string>> = {
    'a function that is called so': `export async function seedSettings(names) { ${loop} }`,
    "a module's hook": `export class Settings { async onModuleInit() { const names = await read(); ${loop} } }`,
    'what only such functions call': `async function bootstrap() { await refresh(await read()); }
      async function refresh(names) { await store(names); }
      async function store(names) { ${loop} }`,
    'the top level of a file': `const names = await read(); ${loop}`,
    'a callback that runs at once': `async function main() { const sets = await read(); sets.map(async (names) => { ${loop} }); }`,
  };
  for (const [name, text] of Object.entries(starts)) {
    it(`is information: ${name}`, async () => {
      const found = await severities(text);
      assert.ok(found.length > 0);
      assert.deepEqual([...new Set(found)], ['write-in-loop info']);
    });
  }

  const runs: Readonly<Record<string, string>> = {
    'a handler that a start-up function registers': `export function init(app) { app.onMessage(async (names) => { ${loop} }); }`,
    'what a request calls, too': `async function bootstrap() { await store(await read()); }
      export async function save(request) { await store(request.names); }
      async function store(names) { ${loop} }`,
    'what nobody is seen to call': `export async function store(names) { ${loop} }`,
  };
  for (const [name, text] of Object.entries(runs)) {
    it(`is not ${name}`, async () => {
      assert.deepEqual(await severities(text), ['write-in-loop warning']);
    });
  }

  it('is silent for defaults that somebody wrote down', async () => {
    const text = `import { defaultSettings } from 'settings';
      export async function store() { for (const name of defaultSettings) { ${write} } }`;
    assert.deepEqual(await severities(text), []);
  });
});

describe('Modules that somebody copied', () => {
  const module = (table: string) => `${head}
    export async function login(profile) {
      for (const name of profile.groups) { await pool.query('INSERT INTO ${table} (name) VALUES ($1)', [name]); }
    }`;

  it('say what they have in common once, with the other places', async () => {
    const found = await codeFindingsIn(
      {
        '/app/azure/login.ts': module('members'),
        '/app/ldap/login.ts': module('members'),
        '/app/saml/login.ts': `// Another one.\n${module('members')}`,
      },
      told,
    );
    assert.equal(found.length, 1);
    assert.match(found[0]?.finding.message ?? '', /The same stands in 2 other files\.$/);
    const related = found[0]?.finding.related?.map(({ uri }) => uri) ?? [];
    assert.ok(related.includes('/app/ldap/login.ts') && related.includes('/app/saml/login.ts'));
  });

  it('are told apart by the query and by the name of the file', async () => {
    const found = await codeFindingsIn(
      {
        '/app/azure/login.ts': module('members'),
        '/app/ldap/login.ts': module('owners'),
        '/app/saml/groups.ts': module('members'),
      },
      told,
    );
    assert.equal(found.length, 3);
  });
});
