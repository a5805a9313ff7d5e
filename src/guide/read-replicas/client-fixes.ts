import type { ReplicaClient } from '../../code/replicas/replica-use';
import type { GuideFix } from '../../nouns/check';

const stale = 'What is read there may be a moment old: code that reads what it has just written has to ask the primary';

interface Told {
  readonly title: string;
  readonly note: string;
}

const told: Readonly<Record<ReplicaClient['library'], Told>> = {
  prisma: {
    title: 'Let Prisma read from a replica',
    note: `The variable DATABASE_READ_URL names the replica; without it reads go to the primary, through a second pool. find, count, aggregate and groupBy go there; transactions, raw queries and writes go to the primary. ${stale} ($primary()).`,
  },
  drizzle: {
    title: 'Let Drizzle read from a replica',
    note: `The variable DATABASE_READ_URL names the replica; without it reads go to the primary, through a second pool. select, $count, query and all that begins with with() go there, also selects with a lock; transactions, execute and writes go to the primary. ${stale} ($primary).`,
  },
  django: {
    title: 'Let Django read from a replica',
    note: `The variable DATABASE_READ_HOST names the replica; without it both are the primary. Reads go there, outside of transactions. ${stale} (using('default'), or a transaction).`,
  },
  activerecord: {
    title: 'Let Rails read from a replica',
    note: 'The variable DATABASE_READ_URL (or DATABASE_READ_HOST) names the replica; without it both are the primary. GET and HEAD requests read there, but not those of somebody who has written in the last two seconds. A GET request that writes fails: put it into connected_to(role: :writing).',
  },
};

/** Each client's new files and what is to be installed, then its edits. */
export function clientFixes(clients: readonly ReplicaClient[]): GuideFix[] {
  return clients.flatMap(({ library, edits, files = [], install }): GuideFix[] => {
    const { title, note } = told[library];
    return [
      ...(install === undefined
        ? []
        : [
            {
              kind: 'command' as const,
              title: `Install what lets ${library} divide`,
              command: install,
              placeholders: [],
            },
          ]),
      ...(files.length === 0
        ? []
        : [
            {
              kind: 'file' as const,
              title: `Write ${files.map(({ path }) => path).join(', ')}: which server is asked`,
              files,
              placeholders: [],
            },
          ]),
      { kind: 'edit', title, edits: edits.map(({ path, ...edit }) => ({ uri: path, ...edit })), note },
    ];
  });
}
