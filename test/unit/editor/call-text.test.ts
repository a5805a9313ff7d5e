import assert from 'node:assert/strict';
import type { Judgement, ReadQuery } from '../../../src/analysis/judgement';
import { callWithoutSql } from '../../../src/code/call-sites';
import { callText, statementItem, unknownText } from '../../../src/editor/call-text';
import { TrackedQuery } from '../../../src/editor/tracked-document';
import type { GeneratedBy } from '../../../src/nouns/query-site';
import { parsePlan } from '../../../src/plan/parse-plan';

const range = { start: 0, end: 10 };
const argument = { uri: 'file:///a.ts', offset: 0 };

function statement(sql: string, by: Partial<GeneratedBy>, cost?: number): TrackedQuery {
  const call = { nameRange: range, statement: 1, statements: 1, forms: [1], formCount: 1, notes: [], ...by };
  const site = { range, library: 'sequelize', sql, parameters: [], call };
  const parsed = { ok: true, statement: { kind: 'select', explainable: true, parameters: [] } };
  const query = new TrackedQuery({ site, parsed, findings: [] } as unknown as ReadQuery);
  if (cost !== undefined) query.judgement = planned(cost);
  return query;
}

function planned(cost: number): Judgement {
  const node = { 'Node Type': 'Result', 'Startup Cost': 0, 'Total Cost': cost, 'Plan Rows': 1, 'Plan Width': 8 };
  return { explained: { plan: parsePlan([{ Plan: node }], 'estimate') }, findings: [] } as unknown as Judgement;
}

describe('The hover of a call', () => {
  it('numbers several statements, and says which of them the plan is of', () => {
    const first = statement('SELECT 1', { statement: 1, statements: 2 }, 5);
    const second = statement('SELECT 2', { statement: 2, statements: 2 }, 700);
    const text = callText(second, [first, second], argument);
    assert.match(text, /^sequelize sends 2 statements, in this order · \[Show SQL\]/);
    assert.match(text, /\*\*1 of 2\*\* · cost 5[^\n]*\n\n```sql\nSELECT 1\n```/);
    assert.match(text, /\*\*2 of 2\*\* · cost 700, the dearest: its plan is below\n\n```sql\nSELECT 2\n```/);
  });

  it('calls no form the dearest before anything is planned', () => {
    const forms = [statement('SELECT 1', { formCount: 2 }), statement('SELECT 2', { forms: [2], formCount: 2 })];
    const [first] = forms as [TrackedQuery, TrackedQuery];
    assert.match(callText(first, forms, argument), /^sequelize sends this; of 2 forms this is the likeliest/);
    first.judgement = planned(3);
    assert.match(callText(first, forms, argument), /of 2 forms this is the dearest/);
  });

  it('shows four statements and counts the others', () => {
    const all = [1, 2, 3, 4, 5].map((one) => statement(`SELECT ${one}`, { statement: one, statements: 5 }));
    const text = callText(all[0] as TrackedQuery, all, argument);
    assert.doesNotMatch(text, /SELECT 5/);
    assert.match(text, /and 1 more statement\./);
  });

  it('says why nothing is known where nothing is', () => {
    const variant = { library: 'typeorm', nameRange: range, notes: ['The key is not known.'], statements: [] };
    const call = callWithoutSql({ uri: 'a.ts', range, variants: [variant, variant], combinations: 2 });
    assert.ok(call);
    assert.equal(unknownText(call), 'What typeorm sends here is not known\\.\n\n$(info) The key is not known\\.');
  });

  it('is none where a call sends nothing and nothing is said of it, or where another form has SQL', () => {
    const silent = { library: 'typeorm', nameRange: range, notes: [], statements: [] };
    assert.equal(callWithoutSql({ uri: 'a.ts', range, variants: [silent], combinations: 1 }), undefined);
    const known = { ...silent, notes: ['A note.'], statements: [{ sql: 'SELECT 1', parameters: [] }] };
    assert.equal(callWithoutSql({ uri: 'a.ts', range, variants: [silent, known], combinations: 2 }), undefined);
  });

  it('offers a statement of one form by its number and its form', () => {
    const { label, detail } = statementItem(statement('SELECT\n 2', { statement: 2, forms: [1, 3], formCount: 3 }));
    assert.equal(label, 'Statement 2, form 1, 3 of 3');
    assert.equal(detail, 'SELECT 2');
  });
});
