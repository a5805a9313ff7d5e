import type { Repetition } from '../../../code/calls/repetition';
import type { EditFix } from '../../../nouns/fix';
import type { TextOf } from '../../code-fixes';
import { countsByKey } from './counts-by-key';
import { rowsById } from './rows-by-id';
import { rubyLoop } from './ruby-loop';
import { writtenTogether } from './written-together';

/** One query or statement of ActiveRecord in the place of one for each row. */
export function rubyBatch(repetition: Repetition, textOf: TextOf): EditFix | undefined {
  const { inner, depth, reason } = repetition;
  if (inner.library !== 'activerecord' || depth > 0 || repetition.isRecursive || repetition.isByList) return undefined;
  if (reason && reason.by !== 'hooks') return undefined;
  const source = textOf(inner.uri);
  const loop = source === undefined ? undefined : rubyLoop(repetition, source);
  if (!loop || (inner.orm?.notes.length ?? 0) > 0) return undefined;
  if (repetition.kind === 'write') return writtenTogether(repetition, loop);
  // A batch of rows is no list: `find_each` gives one after the other.
  if (loop.method === 'find_each' || !isWholeRows(repetition)) return undefined;
  return countsByKey(repetition, loop) ?? rowsById(repetition, loop);
}

/** The rows come from the database with all their columns. */
function isWholeRows({ loop: { over } }: Repetition): boolean {
  return (
    over?.query !== undefined && over.path.length === 0 && /^SELECT "[^"]+"\.\* FROM /.test(over.query.sql[0] ?? '')
  );
}
