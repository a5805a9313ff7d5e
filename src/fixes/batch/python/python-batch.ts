import type { Repetition } from '../../../code/calls/repetition';
import type { EditFix } from '../../../nouns/fix';
import type { TextOf } from '../../code-fixes';
import { countsByKey } from './counts-by-key';
import { createdTogether } from './created-together';
import { pythonLoop } from './python-loop';
import { rowsBySession, rowsInBulk } from './rows-by-key';

/** One query or statement of Django or SQLAlchemy in the place of one for each row. */
export function pythonBatch(repetition: Repetition, textOf: TextOf): EditFix | undefined {
  const { inner, loop: repeated, depth, kind } = repetition;
  if (!/^(?:django|sqlalchemy)$/.test(inner.library) || depth > 0 || repetition.reason) return undefined;
  if (repetition.isRecursive || repetition.isByList || repetition.isConditional) return undefined;
  const source = textOf(inner.uri);
  if (source === undefined || (inner.orm?.notes.length ?? 0) > 0 || inner.sql.length !== 1) return undefined;
  const loop = pythonLoop(repetition, source, kind === 'write');
  if (!loop) return undefined;
  if (kind === 'write') return inner.library === 'django' ? createdTogether(repetition, loop) : undefined;
  // Only what is kept can be gone over twice.
  const outer = repeated.over;
  if (
    !outer?.query?.chain ||
    outer.path.length > 0 ||
    outer.query.at.function !== repeated.at.function ||
    outer.query.chain.links.some(({ name }) => isOnce(name))
  )
    return undefined;
  if (inner.library === 'sqlalchemy') return rowsBySession(repetition, loop);
  return /^(?:count|exists)$/.test(inner.operation) ? countsByKey(repetition, loop) : rowsInBulk(repetition, loop);
}

function isOnce(name: string): boolean {
  return /^a?iterator$|^(?:yield_per|stream|stream_scalars|partitions)$/.test(name);
}
