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
