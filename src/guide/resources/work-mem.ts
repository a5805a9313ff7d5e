import type { Health, StatementStatistic } from '../../database/health/health';
import type { GuideFix } from '../../nouns/check';
import { formatBytes, formatCount, formatCounted } from '../../plan/format';
import { oneLine } from '../../plan/one-line';
import { quoteIdentifier } from '../../sql/identifiers';
import type { Check } from '../check';
import { fact, table } from '../support/evidence';
import { missingOf, seen } from '../support/known';
import { attention, notApplicable, passed } from '../support/results';
import { percent } from '../support/wording';
import { megabyte, memoryFact, withMemory } from './machine';
import { amountOf, manual, type Proposal, pgtune, presentOf, proposalFixes, proposalTable } from './proposal';

const blockBytes = 8_192;
/** Since 9.4; nobody is blamed for it. */
const defaultBytes = 4 * megabyte;
/** Of all time; statements below it are not worth a setting. A guess. */
const worthIt = 0.01;
/** Rows take more room in memory than in a file; twice is a guess between sorts (more) and hashes (less). */
const inMemory = 2;
/** What a single sort may take of the whole: a guess. */
const mostOfOne = 1 / 8;
const memorySource = `connections × work_mem × hash_mem_multiplier + shared_buffers: ${manual('runtime-config-resource.html#GUC-WORK-MEM')}`;
const safeSource = `(memory − shared_buffers) / (max_connections × 3) / workers of a query: ${pgtune}`;

/** Memory of each sort and hash: too little writes temporary files, too much for too many connections ends the server. */
export const workMem: Check = {
  id: 'resources/work-mem',
  point: 'resources',
  title: 'work_mem fits sorts and connections',
  needs: ['health', 'machine'],
  judge: (facts) =>
    withMemory(facts, (health, memory) => {
      const sizes = sizesOf(health, memory);
      if (!sizes) return notApplicable('The server does not show work_mem.');
      const { present, worst, connections, safe } = sizes;
      const says = `work_mem is ${presentOf(health, 'work_mem')}`;
      const evidence = [
        memoryFact(facts, memory),
        fact('If every connection sorts or hashes once', formatBytes(worst), { raw: worst, source: memorySource }),
        fact('Safe for all connections', formatBytes(safe), { raw: safe, source: safeSource }),
      ];
      const missing = missingOf(health.statements);
      const details = { evidence, ...(missing.length > 0 && { missing }) };
      if (isTooMuch(sizes)) {
        const proposed = [lower(Math.max(safe, defaultBytes))];
        return attention(
          `${says}: if each of ${formatCount(connections)} connections uses it once, that is ${formatBytes(worst)} on a machine of ${formatBytes(memory)}.`,
          {
            ...details,
            evidence: [...evidence, proposalTable(health, proposed)],
            fixes: proposalFixes(health, proposed),
          },
        );
      }
      const spilling = spillingStatements(health, present);
      if (spilling.length === 0) return passed(`${says}; no statement that takes time spills to files.`, details);
      const [first] = spilling;
      const amount = formatBytes(first?.bytes ?? 0);
      return attention(
        `${says}, and ${formatCounted(spilling.length, 'statement writes', 'statements write')} temporary files, the largest ${amount} a call. First see whether an index spares the sort; then give it more memory.`,
        { ...details, evidence: [...evidence, spillTable(spilling)], fixes: raises(health, spilling, sizes) },
      );
    }),
};

/** What sorts and hashes would have then, whether all sessions are given it or some: for plans. Undefined: as they have now. */
export function workMemToTry(health: Health, memory: number): Proposal | undefined {
  const sizes = sizesOf(health, memory);
  if (!sizes) return undefined;
  if (isTooMuch(sizes)) return lower(Math.max(sizes.safe, defaultBytes));
  const to = wantedBytes(spillingStatements(health, sizes.present));
  return to === 0 || to > memory * mostOfOne ? undefined : { ...lower(to), why: 'What spills now fits.' };
}

const isTooMuch = ({ worst, memory, present }: Sizes): boolean => worst > memory && present > defaultBytes;

interface Sizes {
  readonly present: number;
  readonly worst: number;
  readonly safe: number;
  readonly connections: number;
  readonly memory: number;
}

function sizesOf(health: Health, memory: number): Sizes | undefined {
  const present = amountOf(health, 'work_mem');
  if (present === undefined) return undefined;
  const buffers = amountOf(health, 'shared_buffers') ?? 0;
  const connections = amountOf(health, 'max_connections') ?? seen(health.activity.connections)?.maxConnections ?? 100;
  const multiplier = amountOf(health, 'hash_mem_multiplier') ?? 1;
  const processes = Math.max(1, amountOf(health, 'max_parallel_workers_per_gather') ?? 2);
  return {
    present,
    connections,
    memory,
    worst: buffers + connections * present * Math.max(1, multiplier),
    safe: Math.max(megabyte, Math.floor((memory - buffers) / (connections * 3) / processes / megabyte) * megabyte),
  };
}

function lower(to: number): Proposal {
  return {
    name: 'work_mem',
    to,
    why: 'What all connections can use at once; raise it for the role or the transaction that needs more.',
    source: safeSource,
  };
}

interface Spill {
  readonly statement: StatementStatistic;
  /** Written in a call, on average. */
  readonly bytes: number;
  readonly share: number;
}

/** What was sent once is no reason for a setting. */
function spillingStatements({ statements: section }: Health, workMemBytes: number): Spill[] {
  const counted = seen(section);
  if (!counted || counted.totalMs <= 0) return [];
  return counted.statements
    .map((statement): Spill => {
      const bytes = (statement.temporaryWritten * blockBytes) / Math.max(1, statement.calls);
      return { statement, bytes, share: statement.totalMs / counted.totalMs };
    })
    .filter(({ statement, bytes, share }) => {
      const writes = /^\s*(?:create|alter|reindex|vacuum|cluster|refresh)\b/i.test(statement.text ?? '');
      return !writes && statement.calls > 1 && share >= worthIt && bytes > workMemBytes / 4;
    })
    .sort((a, b) => b.share - a.share);
}

const spillTable = (spilling: readonly Spill[]) =>
  table(
    'Statements that write temporary files',
    ['Statement', '#Written a call', '#Calls', '#Of all time', 'Role'],
    spilling.map(({ statement, bytes, share }) => [
      statement.text === undefined ? 'a statement of another user' : oneLine(statement.text, 100),
      formatBytes(bytes),
      formatCount(statement.calls),
      percent(share),
      statement.user ?? '',
    ]),
  );

/** For all only where all connections can have it; else for the role that sends them, or for the transaction. */
function raises(health: Health, spilling: readonly Spill[], { safe, memory, connections }: Sizes): GuideFix[] {
  const wanted = wantedBytes(spilling);
  const text = `${wanted / megabyte}MB`;
  if (wanted > memory * mostOfOne) return [];
  if (wanted <= safe) {
    const why = `The largest of these files takes about ${text} in memory, which ${formatCount(connections)} connections can use at once.`;
    return proposalFixes(health, [{ name: 'work_mem', to: wanted, why, source: safeSource }]);
  }
  const note = `${text} for all ${formatCount(connections)} connections would not fit the machine.`;
  const roles = [...new Set(spilling.flatMap(({ statement }) => statement.user ?? []))];
  return [
    {
      kind: 'statement',
      title: `For one transaction only: SET LOCAL work_mem = '${text}'`,
      sql: `SET LOCAL work_mem = '${text}'`,
    },
    ...roles.slice(0, 3).map((role): GuideFix => {
      const sql = `ALTER ROLE ${quoteIdentifier(role)} SET work_mem = '${text}'`;
      return { kind: 'statement', title: `For the role ${role} only, in new sessions`, sql, note };
    }),
  ];
}

/** 0 where nothing spills. */
function wantedBytes(spilling: readonly Spill[]): number {
  const largest = Math.max(0, ...spilling.map(({ bytes }) => bytes));
  return Math.ceil((largest * inMemory) / megabyte) * megabyte;
}
