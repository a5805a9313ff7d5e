import type { QueryPlace } from '../code/calls/repetition';
import type { ChainValue, Link } from '../code/facts/values';
import type { FoundReplicaUses } from '../code/replicas/find-replica-uses';
import type { ReplicaUses } from '../code/replicas/replica-use';
import type { DocumentEdit } from '../nouns/fix';
import { addArgument, addEntry, quoted } from './object-edit';

/** With the edits that send reads of what was just written to the primary; plain data. */
export function withReadsOfPrimary(
  { ownWrites, ...uses }: FoundReplicaUses,
  textOf: (path: string) => string | undefined,
): Omit<ReplicaUses, 'clients'> {
  return {
    ...uses,
    ownWrites: ownWrites.map(({ read, ...own }) => {
      const source = textOf(read.uri);
      const edit = source === undefined ? undefined : readPrimary(read, source);
      return { ...own, ...(edit && { toPrimary: { path: read.uri, range: edit.range, newText: edit.newText } }) };
    }),
  };
}

/** The edit that sends one read to the primary, in the library's own way; undefined where its calls have none. */
export function readPrimary({ library, chain, nameStart }: QueryPlace, source: string): DocumentEdit | undefined {
  if (!chain) return undefined;
  const at = chain.links.findIndex(({ range }) => range.start === nameStart);
  const called = chain.links[at];
  switch (library) {
    case 'sequelize':
    case 'sequelize-typescript':
      return called && withOption(source, called, ofSequelize(called.name), 'useMaster: true');
    case 'mikro-orm': {
      // `em.find(Post, where, options)`, `posts.find(where, options)`
      const isManager = /^(?:em|entityManager|manager)$/.test(nameBefore(chain, at));
      const isFinder = called && /^(?:find\w*|count)$/.test(called.name);
      const option = `connectionType: ${quoted(source, 'write')}`;
      return isFinder ? withOption(source, called, isManager ? 2 : 1, option) : undefined;
    }
    case 'prisma': {
      const delegate = chain.links[at - 1];
      return delegate && before(delegate, '$primary().');
    }
    case 'drizzle': {
      const first = chain.links.find(({ name }) => /^(?:select(?:Distinct(?:On)?)?|query|\$count|with)$/.test(name));
      return first && before(first, '$primary.');
    }
    case 'django': {
      const manager = chain.links.find(({ name }) => name === 'objects');
      const end = manager?.range.end;
      return end === undefined
        ? undefined
        : { range: { start: end, end }, newText: `.using(${quoted(source, 'default')})` };
    }
    default:
      return undefined;
  }
}

const before = ({ range: { start } }: Link, newText: string): DocumentEdit => ({
  range: { start, end: start },
  newText,
});

const nameBefore = ({ root, links }: ChainValue, at: number): string => {
  const name = at > 0 ? links[at - 1]?.name : root;
  return typeof name === 'string' ? name : '';
};

/** Which argument is the options. */
function ofSequelize(name: string): number {
  if (/^(?:findByPk|max|min|sum|query)$/.test(name)) return 1;
  return name === 'aggregate' ? 2 : 0;
}

function withOption(source: string, called: Link, index: number, option: string): DocumentEdit | undefined {
  const { arguments: given = [], argumentsRange } = called;
  const options = given[index];
  if (!argumentsRange || given.length < index) return undefined;
  if (!options) return addArgument(source, called, `{ ${option} }`);
  const { start, end } = options.range;
  // What stands elsewhere is the options of others, too.
  const isHere = options.kind === 'object' && start >= argumentsRange.start && end <= argumentsRange.end;
  return isHere ? addEntry(source, options, option) : undefined;
}
