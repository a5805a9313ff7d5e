import { formatMs } from '../plan/format';
import { isNegligible } from '../plan/verdict';
import { statementMs } from '../plan/worst-node';
import { isNode } from '../sql/ast';
import { clausePlace } from './places';
import type { PlanRule } from './rule';
import { severityOf } from './weight';

/** Compiling pays when it is a small part of what it speeds up; from 30 % on it cannot have paid for itself. */
const tooMuch = 0.3;

/**
 * Just-in-time compilation takes a good part of the time of the statement that it should make faster.
 */
export const jitOverhead: PlanRule = {
  id: 'jit-overhead',
  title: 'Just-in-time compilation costs more than it saves',
  reference: 'https://www.postgresql.org/docs/current/jit-decision.html',
  check({ site, statement, explained }) {
    const { plan } = explained;
    const executionMs = statementMs(plan);
    const jit = readJit(plan.json);
    if (jit === undefined || executionMs === undefined || isNegligible(plan)) return [];
    // Below 10 ms nobody would feel the difference.
    if (jit.totalMs < tooMuch * executionMs || jit.totalMs < 10) return [];
    const share = Math.min(1, jit.totalMs / executionMs);
    return [
      {
        rule: 'jit-overhead',
        severity: severityOf(share, plan),
        confidence: 'likely',
        message: `Just-in-time compilation takes ${formatMs(jit.totalMs)} of ${formatMs(executionMs)}; SET jit = off, or a higher jit_above_cost, saves most of it.`,
        range: clausePlace(site, statement),
        evidence: { jitMs: jit.totalMs, executionMs, share, functions: jit.functions, cost: plan.root.totalCost },
        fixes: [
          { kind: 'statement', title: 'Switch just-in-time compilation off for this session', sql: 'SET jit = off' },
        ],
      },
    ];
  },
};

function readJit(json: unknown): { totalMs: number; functions: number } | undefined {
  const top = Array.isArray(json) ? json[0] : undefined;
  if (!isNode(top) || !isNode(top.JIT) || !isNode(top.JIT.Timing)) return undefined;
  return { totalMs: Number(top.JIT.Timing.Total ?? 0), functions: Number(top.JIT.Functions ?? 0) };
}
