import type { Repetition } from '../../../code/calls/repetition';
import type { EditFix } from '../../../nouns/fix';
import { isHarmless, type PythonLoop } from './python-loop';

/**
 * A loop that only writes: `for name in names: Tag.objects.create(label=name)` → `Tag.objects.bulk_create([…])`. Undefined
 * where the model does something when a row is saved, which bulk_create leaves out.
 */
export function createdTogether({ inner }: Repetition, text: PythonLoop): EditFix | undefined {
  const { chain, orm } = inner;
  const link = chain?.links.at(-1);
  const [given, ...more] = link?.arguments ?? [];
  const { source, body, row, whole, indent } = text;
  if (!chain || !link?.argumentsRange || link.name !== 'create' || !orm?.model || more.length > 0) return undefined;
  if ((orm.model.hooks?.length ?? 0) > 0 || orm.notes.length > 0) return undefined;
  if (given?.kind !== 'object' || given.open || orm.model.details?.parent !== undefined) return undefined;
  const call = source.slice(chain.rootRange.start, link.argumentsRange.end);
  const [, model, values] = /^([A-Z]\w*)\.objects\.create\(([\s\S]*)\)$/.exec(call) ?? [];
  if (model === undefined || values === undefined || source.slice(body.start, body.end).trim() !== call)
    return undefined;
  // What is asked for a row may see the rows before it.
  if (!isHarmless(values) || /\b(?:await|yield)\b|:=|#/.test(call) || text.lines.length > 0) return undefined;
  const isLong = call.length > 80 || values.includes('\n');
  const made = `${model}(${values})`;
  const over = `for ${row} in ${text.list}`;
  const newText = isLong
    ? `${model}.objects.bulk_create([\n${indent}    ${made}\n${indent}    ${over}\n${indent}])`
    : `${model}.objects.bulk_create([${made} ${over}])`;
  return {
    kind: 'edit',
    title: `Write the rows for all of ${text.list} with one statement (bulk_create)`,
    edits: [{ uri: inner.uri, range: whole, newText }],
    note: `One statement writes all rows or none. It calls no save() and sends no signals; Planlight saw none for ${model}.`,
  };
}
