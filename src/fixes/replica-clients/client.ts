import type { FileFacts } from '../../code/facts/facts';
import type { ChainValue } from '../../code/facts/values';
import type { Program } from '../../code/program/program';
import type { Division, ReplicaClient } from '../../code/replicas/replica-use';
import type { DocumentEdit } from '../../nouns/fix';
import { importEdits } from '../batch/text';

export interface ClientContext {
  readonly program: Pick<Program, 'tracer' | 'projectFiles'>;
  readonly file: FileFacts;
  readonly text: string;
  readonly divisions: readonly Division[];
}

export function clientOf(
  library: ReplicaClient['library'],
  { range }: ChainValue,
  edits: readonly DocumentEdit[],
  { uri: path }: FileFacts,
): ReplicaClient {
  return { library, path, range, edits: edits.map((edit) => ({ path, range: edit.range, newText: edit.newText })) };
}

/** Also where the file requires what it needs. */
export function importing(text: string, name: string, from: string): readonly DocumentEdit[] | undefined {
  const edits = importEdits(text, name, from);
  if (edits || new RegExp(`(?<![\\w$.])${name}(?![\\w$])`).test(text)) return edits;
  const first = /^(?:const|let|var)\s[^\n]*\brequire\(\s*(['"])/m.exec(text);
  if (!first) return undefined;
  const [, quote] = first;
  const newText = `const { ${name} } = require(${quote}${from}${quote});\n`;
  return [{ range: { start: first.index, end: first.index }, newText }];
}
