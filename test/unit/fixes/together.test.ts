import assert from 'node:assert/strict';
import { readCallFacts } from '../../../src/code/calls/call-facts';
import { orms } from '../../../src/code/orms/orms';
import { together } from '../../../src/fixes/together';
import { ormCallsIn } from '../../support/orm-calls';

const models = `
import { DataTypes, Sequelize } from 'sequelize';
const sequelize = new Sequelize('postgres://localhost/blog');
export const User = sequelize.define('User', { name: DataTypes.TEXT });
export const Post = sequelize.define('Post', { title: DataTypes.TEXT });
`;

async function mended(body: string): Promise<string | undefined> {
  const text = `import { Post, User } from './models';\nexport async function page(id) {\n${body}\n}\n`;
  const { program } = await ormCallsIn({ '/app/models.js': models, '/app/page.js': text });
  const calls = new Map([...program.files.keys()].map((uri) => [uri, program.callsOf(uri)]));
  const { sequences } = readCallFacts({ tracer: program.tracer, models: program.models, orms, calls });
  const [sequence] = sequences;
  const [edit] = (sequence && together(sequence, () => text)?.edits) ?? [];
  if (!edit) return undefined;
  const changed = text.slice(0, edit.range.start) + edit.newText + text.slice(edit.range.end);
  return changed.split('\n').slice(2, -2).join('\n');
}

describe('Queries that wait for each other for nothing', () => {
  it('are sent together, each with its own layout', async () => {
    assert.equal(
      await mended(`  const posts = await Post.findAll({
    limit: 5,
  });
  const users = await User.count();
  return { posts, users };`),
      `  const [posts, users] = await Promise.all([
    Post.findAll({
      limit: 5,
    }),
    User.count(),
  ]);
  return { posts, users };`,
    );
  });

  it('keep their patterns', async () => {
    const body =
      '  const [first] = await Post.findAll();\n  const { rows: users } = await User.findAndCountAll();\n  return { first, users };';
    assert.match((await mended(body)) ?? '', /const \[\[first\], \{ rows: users \}\] = await Promise\.all\(\[/);
  });

  const refused: readonly (readonly [why: string, body: string])[] = [
    [
      'a comment stands between them',
      '  const a = await Post.count();\n  // and then\n  const b = await User.count();\n  return a + b;',
    ],
    ['one may be changed later', '  let a = await Post.count();\n  const b = await User.count();\n  return a + b;'],
    ['one is no declaration', '  const a = await Post.count();\n  id.users = await User.count();\n  return a;'],
    [
      'more is done with one',
      '  const a = await Post.count();\n  const b = (await User.findAll()).length;\n  return a + b;',
    ],
    ['they share a line', '  const a = await Post.count(); const b = await User.count(); return a + b;'],
  ];
  for (const [why, body] of refused)
    it(`are left where ${why}`, async () => assert.equal(await mended(body), undefined));
});
