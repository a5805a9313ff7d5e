import assert from 'node:assert/strict';
import { codeFixes } from '../../../src/fixes/code-fixes';
import { callFactsIn } from '../../support/code-findings';

/** What the function becomes; undefined when there is no fix. */
async function mended(body: string): Promise<string | undefined> {
  const text = `import Knex from 'knex';
const knex = Knex({ client: 'pg' });
export async function move(ids, notify) {
${body}
}
`;
  const facts = await callFactsIn({ '/app/a.js': text });
  assert.equal(facts.splitWrites.length, 1, 'the writes are seen');
  const [fix] = facts.splitWrites.flatMap((split) => codeFixes({ split }, () => text));
  const [edit] = fix?.edits ?? [];
  return edit && text.slice(0, edit.range.start) + edit.newText + text.slice(edit.range.end);
}

const touch = "await knex('posts').where({ id }).update({ title: 'x' });";
const drop = "await knex('comments').where({ post_id: id }).del();";
const loop = (turn: string, behind = '') => `  for (const id of ids) {\n    ${turn}\n  }${behind}`;

describe('Writes of a loop', () => {
  it('go into one transaction, with the write before them', async () => {
    const made = await mended(
      `  const [post] = await knex('posts').insert({ title: 'y' }).returning('id');\n${loop(touch)}`,
    );
    assert.match(
      made ?? '',
      / {2}await knex\.transaction\(async \(trx\) => \{\n {4}const \[post\] = await trx\('posts'\).*\n {4}for \(const id of ids\) \{\n {6}await trx\('posts'\).*\n {4}\}\n {2}\}\);/,
    );
  });

  const refused: readonly (readonly [why: string, body: string])[] = [
    ['when the function is left there', loop(`${touch}\n    ${drop}\n    if (id > 3) return;`)],
    ['when a failure is caught there', loop(`${touch}\n    ${drop}\n    try { notify(id); } catch {}`)],
    [
      'when what is declared there is used behind',
      `  const [post] = await knex('posts').insert({ title: 'y' }).returning('id');\n${loop(touch, '\n  return post;')}`,
    ],
    [
      'when a query is sent by itself',
      loop(`${touch}\n    ${drop}\n    const other = knex('tags');\n    await other;`),
    ],
    ['when lines of a text would move', loop(`${touch}\n    ${drop}\n    notify(\`a\n  b\`);`)],
  ];
  for (const [why, body] of refused) {
    it(`stay ${why}`, async () => assert.equal(await mended(body), undefined));
  }
});
