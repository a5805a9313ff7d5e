import type { TextRange } from '../../nouns/text-range';
import type { Program } from '../program/program';
import { prismaClasses, usesInCalls } from './in-calls';
import { useInStatement } from './in-statement';
import type { SessionUse } from './session-use';

/** What one place sends. */
export interface SentStatements {
  readonly range: TextRange;
  readonly library: string;
  readonly statements: readonly { readonly sql: string }[];
}

/**
 * In the order of the files; `sent`: path → what its text and its calls send. Left out are tests, migrations and scripts, and
 * files of SQL alone: they are run by hand, on a connection of their own.
 */
export function findSessionUses(
  { tracer }: Pick<Program, 'tracer'>,
  sent: ReadonlyMap<string, readonly SentStatements[]>,
): SessionUse[] {
  const paths = new Set([...tracer.files.keys(), ...sent.keys()]);
  return [...paths].sort().flatMap((path) => {
    if (tracer.roles.isAside(path) || /\.sql$|[/\\]migrat\w+\.\w+$/i.test(path)) return [];
    const file = tracer.files.get(path);
    const inTexts = (sent.get(path) ?? []).flatMap(({ range, library, statements }) =>
      statements.flatMap(({ sql }): SessionUse[] => {
        const use = useInStatement(sql);
        return use ? [{ path, range, library, ...use }] : [];
      }),
    );
    const inCalls = file ? [...usesInCalls(file, tracer), ...prismaClasses(file, tracer)] : [];
    return [...inTexts, ...inCalls].sort((a, b) => a.range.start - b.range.start);
  });
}
