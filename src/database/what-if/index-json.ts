import { type EntryGroup, type SampleKeys, sampledEntries } from './index-entries';
import type { SampledValue } from './index-samples';
import { align } from './index-widths';

/** Longer keys are stored as a hash (JGIN_MAXLENGTH). */
const longestKey = 125;
/** Header, hash: jsonb_path_ops stores nothing else. */
const hashBytes = 16;
/** Where documents are too long for statistics: a key and a value for each so many bytes, a third of the values in one row only. */
const memberBytes = 24;
/** Documents that are read. */
const enough = 20;

/** The keys that GIN takes from documents: names and values (jsonb_ops), or each value with its path, hashed. */
export function jsonEntries(
  samples: readonly SampledValue[],
  rows: number,
  operatorClass: 'jsonb_ops' | 'jsonb_path_ops',
  averageWidth: number | undefined,
): EntryGroup[] {
  const documents = samples.flatMap(({ text, share }) => {
    const found = membersOf(text);
    return found ? [{ found, share }] : [];
  });
  if (documents.length < enough) return assumedEntries(rows, averageWidth ?? 100);
  // Each path for itself: one may hold a serial number, another one of three words.
  const paths = new Set(documents.flatMap(({ found }) => [...found.values.keys()]));
  const keyBytes = (key: string): number =>
    operatorClass === 'jsonb_path_ops' ? hashBytes : align(8 + 2 + Math.min(longestKey, Buffer.byteLength(key)), 8);
  const groups: EntryGroup[] = [];
  if (operatorClass === 'jsonb_ops') {
    const names = documents.map(({ found, share }) => ({ keys: found.names, share }));
    groups.push(...sampledEntries(names, rows, keyBytes));
  }
  for (const path of paths) {
    const values = documents.flatMap(({ found, share }) => {
      const keys = found.values.get(path);
      return keys ? [{ keys, share }] : [];
    });
    groups.push(...pathEntries(values, rows, keyBytes));
  }
  return groups;
}

/** Values of one path: where hardly one was seen twice, there is one for each row. */
function pathEntries(values: readonly SampleKeys[], rows: number, keyBytes: (key: string) => number): EntryGroup[] {
  const postings = values.reduce((sum, { keys }) => sum + keys.size, 0);
  const distinct = new Set(values.flatMap(({ keys }) => [...keys]));
  if (values.length < enough || distinct.size < postings * 0.95) return sampledEntries(values, rows, keyBytes);
  const share = values.reduce((sum, one) => sum + one.share * one.keys.size, 0);
  const bytes = [...distinct].reduce((sum, key) => sum + keyBytes(key), 0) / distinct.size;
  // A sample of n without a pair is as likely of n² values as of as many as there are rows: the middle.
  const repeated = postings - distinct.size;
  const fewest = postings ** 2 / 2 / Math.max(1, repeated);
  const count = repeated === 0 ? share * rows : Math.min(share * rows, Math.sqrt(fewest * share * rows));
  return [{ count, frequency: share / count, keyBytes: bytes }];
}

interface Members {
  readonly names: ReadonlySet<string>;
  /** Path → the values there. */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
}

/** `{"a": {"b": [1, "x"]}}` → names a and b, values of a.b: 1 and x. */
function membersOf(text: string): Members | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // Cut off or redacted: the others speak for it.
    return undefined;
  }
  const names = new Set<string>();
  const values = new Map<string, Set<string>>();
  const pending: { value: unknown; path: string }[] = [{ value: document, path: '' }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, path } = next;
    if (Array.isArray(value)) for (const element of value) pending.push({ value: element, path });
    else if (value !== null && typeof value === 'object') {
      for (const [name, member] of Object.entries(value)) {
        names.add(name);
        pending.push({ value: member, path: `${path}.${name}` });
      }
    } else {
      const known = values.get(path) ?? new Set<string>();
      values.set(path, known.add(String(value)));
    }
  }
  return { names, values };
}

function assumedEntries(rows: number, averageWidth: number): EntryGroup[] {
  const members = Math.max(1, averageWidth / memberBytes);
  const common = members * 2 - members / 3;
  return [
    { count: (rows * members) / 3, frequency: 1 / Math.max(1, rows), keyBytes: 24 },
    { count: common * 50, frequency: 1 / 50, keyBytes: 24 },
  ];
}
