import type { DocumentEdit } from '../../nouns/fix';
import type { TextRange } from '../../nouns/text-range';
import { importEdits } from '../batch/text';
import type { ModelFile } from './writer';

/** `@Index(…)` on the line above `class Post`, imported from where `Entity` is. */
export function indexDecorator(
  { source, facts }: ModelFile,
  { start }: TextRange,
  given: string,
): readonly DocumentEdit[] | undefined {
  const line = source.lastIndexOf('\n', start - 1) + 1;
  const [, indent] =
    /^([ \t]*)(?:export\s+)?(?:default\s+)?(?:abstract\s+)?class\s+$/.exec(source.slice(line, start)) ?? [];
  const from = facts.imports.find(({ local, name }) => local === 'Entity' && name === 'Entity')?.from;
  const imported = from === undefined ? undefined : importEdits(source, 'Index', from);
  if (indent === undefined || !imported) return undefined;
  const newline = source.includes('\r\n') ? '\r\n' : '\n';
  return [...imported, { range: { start: line, end: line }, newText: `${indent}@Index(${given})${newline}` }];
}
