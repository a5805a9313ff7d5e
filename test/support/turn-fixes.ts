import assert from 'node:assert/strict';
import { codeFixes } from '../../src/fixes/code-fixes';
import type { EditFix } from '../../src/nouns/fix';
import { callFactsIn } from './code-findings';

/** The fixes of the loops in a program of two files, of which `loops` has them. */
export async function fixesOfLoops(models: string, loops: string): Promise<readonly EditFix[]> {
  const texts: Readonly<Record<string, string>> = { '/app/models.ts': models, '/app/loops.ts': loops };
  const facts = await callFactsIn(texts);
  assert.ok(facts.repetitions.length > 0, 'the loop is seen');
  return facts.repetitions.flatMap((repetition) => codeFixes({ repetition }, (uri) => texts[uri]));
}

const models = `
import { DataTypes, Sequelize } from 'sequelize';
const sequelize = new Sequelize('postgres://localhost/blog');
export const User = sequelize.define('User', { name: DataTypes.TEXT, age: DataTypes.INTEGER, isAdmin: DataTypes.BOOLEAN });
export const Post = sequelize.define('Post', { title: DataTypes.TEXT, status: DataTypes.TEXT, views: DataTypes.INTEGER, isOpen: DataTypes.BOOLEAN, score: DataTypes.BIGINT, kind: { type: DataTypes.TEXT, get() { return this.getDataValue('kind') ?? 'none'; } } });
`;

/** What a program with these models of Sequelize becomes by its first fix; undefined when there is none. */
export async function mendedOfSequelize(body: string): Promise<string | undefined> {
  const head = "import { Post, User } from './models';\n";
  const texts: Readonly<Record<string, string>> = { '/app/models.js': models, '/app/a.js': head + body };
  const facts = await callFactsIn(texts);
  const findings = [
    ...facts.repetitions.map((repetition) => ({ repetition })),
    ...facts.sameQueries.map((same) => ({ same })),
    ...facts.results.map((result) => ({ result })),
  ];
  const [fix] = findings.flatMap((finding) => codeFixes(finding, (uri) => texts[uri]));
  return fix?.edits
    .toSorted((a, b) => b.range.start - a.range.start)
    .reduce((text, { range, newText }) => text.slice(0, range.start) + newText + text.slice(range.end), head + body)
    .slice(head.length);
}
