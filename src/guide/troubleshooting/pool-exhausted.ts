import { connections } from '../bottleneck/connections';
import { resource } from '../bottleneck/resource';
import { idleInTransaction } from '../connection-pool/idle-in-transaction';
import { poolLeaks } from '../connection-pool/leaks';
import { poolPerRequest } from '../connection-pool/per-request';
import { poolSize } from '../connection-pool/size';
import { type Advice, concluded, type Diagnosis } from './diagnosis';

const advices: readonly Advice[] = [
  {
    check: poolLeaks,
    advice: 'Give the connection back on every path: a pool that loses connections is exhausted whatever its size.',
  },
  {
    check: idleInTransaction,
    advice: 'End the transaction before the program does something else; a timeout ends those that are forgotten.',
  },
  { check: poolPerRequest, advice: 'Make the pool once: a pool for each request takes its connections each time.' },
  {
    check: connections,
    advice: 'The server has no more to give: put PgBouncer between, or let the programs take fewer.',
    isSymptom: true,
  },
  { check: resource, advice: 'Who waits for this keeps its connection meanwhile.', isSymptom: true },
  { check: poolSize, advice: 'Make the pools of all processes together fit the server.' },
];

const nothing =
  'Nothing that was asked explains it: connections are left, none is kept for nothing, and the pools fit the server. Ask again while requests wait.';

/** The guide: the pool’s size, PgBouncer, leaks, timeouts. What the code and the manifests say is known without the server. */
export const poolExhausted: Diagnosis = {
  id: 'pool-exhausted',
  title: 'Connection pool exhausted',
  checks: advices.map(({ check }) => check),
  conclude(results) {
    const conclusion = concluded(results, advices, nothing);
    if (results.get(connections.id)?.state !== 'unknown') return conclusion;
    const [first] = conclusion.causes;
    const says = first
      ? `The server could not be asked. By the code, the likeliest cause: ${first.says}`
      : 'The server could not be asked, and the code alone does not explain it.';
    return { ...conclusion, says, missing: [...conclusion.missing, reserved] };
  },
};

/** Nobody takes one of them for a person who did not ask for it. */
const reserved =
  'If all connections are taken: a superuser may still use the reserved ones. Choose such a connection yourself, and ask again, to see who holds the others.';
