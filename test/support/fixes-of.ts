import assert from 'node:assert/strict';
import { readCallFacts } from '../../src/code/calls/call-facts';
import { orms } from '../../src/code/orms/orms';
import { codeFixes } from '../../src/fixes/code-fixes';
import type { EditFix } from '../../src/nouns/fix';
import { ormCallsIn } from './orm-calls';

const models = `
import { DataTypes, Sequelize } from 'sequelize';
const sequelize = new Sequelize('postgres://localhost/blog', { define: { underscored: true } });
export const User = sequelize.define('User', { name: DataTypes.TEXT }, { tableName: 'users' });
export const Post = sequelize.define('Post', { title: DataTypes.TEXT }, { tableName: 'posts' });
export const Comment = sequelize.define('Comment', { body: DataTypes.TEXT }, { tableName: 'comments' });
Post.belongsTo(User, { as: 'author', foreignKey: 'authorId' });
Post.hasMany(Comment, { as: 'comments', foreignKey: 'postId' });
Comment.belongsTo(User, { as: 'user', foreignKey: 'userId' });
`;

/** Of the loops in a file that imports Comment, Post and User. */
export async function fixesOf(code: string): Promise<{ text: string; fixes: readonly EditFix[] }> {
  const text = `import { Comment, Post, User } from './models';\n${code}`;
  return { text, fixes: await fixesIn({ '/app/models.js': models, '/app/loops.js': text }) };
}

/** Of all loops of a program that is written in the test: path → text. */
export async function fixesIn(files: Readonly<Record<string, string>>): Promise<readonly EditFix[]> {
  const { program } = await ormCallsIn(files);
  const calls = new Map([...program.files.keys()].map((uri) => [uri, program.callsOf(uri)]));
  const facts = readCallFacts({ tracer: program.tracer, models: program.models, orms, calls });
  assert.ok(facts.repetitions.length > 0, 'the loop is seen');
  return facts.repetitions.flatMap((repetition) => codeFixes({ repetition }, (uri) => files[uri]));
}

/** The file's text after its first fix, without the import. */
export async function mended(code: string): Promise<string> {
  const { text, fixes } = await fixesOf(code);
  const [fix] = fixes;
  assert.ok(fix, 'there is a fix');
  return afterFix(fix, text).split('\n').slice(1).join('\n');
}

/** The text of a file after a fix: of that one, where the fix changes several. */
export function afterFix({ edits }: EditFix, text: string, uri?: string): string {
  return edits
    .filter((edit) => uri === undefined || edit.uri === uri)
    .sort((a, b) => b.range.start - a.range.start)
    .reduce((changed, { range, newText }) => changed.slice(0, range.start) + newText + changed.slice(range.end), text);
}
