import type { Health } from '../../database/health/health';
import type { CheckResult } from '../../nouns/check';
import { formatBytes, formatCount } from '../../plan/format';
import { cpu } from '../bottleneck/resources/cpu';
import { io } from '../bottleneck/resources/io';
import { memory as memoryPressure } from '../bottleneck/resources/memory';
import type { Check } from '../check';
import type { GuideFacts } from '../facts';
import { missingIndexes } from '../indexes/missing';
import { queriesInLoops } from '../queries-per-row/loops';
import { topStatements } from '../slow-queries/top-statements';
import { table } from '../support/evidence';
import { withHealth } from '../support/known';
import { attention, failed, passed, unknown } from '../support/results';
import type { Size } from './instance-classes';
import { memoryFact, whySizeMissing, withMemory } from './machine';
import { sharedBuffers } from './shared-buffers';
import { sizeFixes, storageFixes } from './size-fixes';
import { storageCosts } from './storage-costs';
import { workMem } from './work-mem';

/** What costs nothing but an edit, in the order in which it mostly pays. */
const cheaper: readonly Check[] = [missingIndexes, queriesInLoops, topStatements, sharedBuffers, storageCosts, workMem];

/** Each size of the clouds is twice the one before. */
const step = 2;

/** Whether the machine is too small, and nothing cheaper is left to do. */
export const machineSize: Check = {
  id: 'resources/size',
  point: 'resources',
  title: 'The machine is large enough',
  needs: ['health', 'rates', 'code', 'machine', 'advice'],
  judge: (facts) => withHealth(facts, (health) => judge(facts, health)),
};

function judge(facts: GuideFacts, health: Health): CheckResult {
  const pressures = [
    { name: 'CPU', ...cpu.judge(facts, health) },
    { name: 'memory', ...memoryPressure.judge(facts, health) },
    { name: 'I/O', ...io.judge(facts, health) },
  ];
  const short = pressures.filter(({ state }) => state === 'short');
  const evidence = [
    table(
      'What is used now',
      ['Resource', 'How much'],
      pressures.map(({ name, says }) => [name, says]),
    ),
    ...pressures.flatMap((one) => one.evidence ?? []),
  ];
  if (short.length === 0) {
    const unseen = pressures.filter(({ state }) => state === 'unknown');
    const near = pressures.filter(({ state }) => state === 'near');
    if (unseen.length > 0) {
      const missing = unseen.flatMap(({ missing: why, says }) => why ?? `${says[0]?.toUpperCase()}${says.slice(1)}.`);
      return unknown('Whether the machine is large enough cannot be seen.', missing);
    }
    if (near.length > 0) {
      const says = near.map((one) => one.says).join('; ');
      return passed(`Nothing is used up, but ${says}: look again before more users come.`, { evidence });
    }
    const says = pressures.map((one) => one.says).join('; ');
    return passed(`A larger machine would not help now: ${says}.`, { evidence });
  }
  const why = short.map(({ says }) => says).join('; ');
  const isShort = (name: string): boolean => short.some((one) => one.name === name);
  const left = cheaper.flatMap((check) => {
    const result = check.judge(facts);
    return result.state === 'failed' || result.state === 'attention' ? [{ check, result }] : [];
  });
  return withMemory(facts, (_, memoryBytes) => {
    const cores = facts.machine?.cores;
    if (cores === undefined) return unknown(`It may be too small: ${why}.`, [whySizeMissing(facts, 'cores')]);
    // What is read again and again fits into more memory; what is written, and what is in memory already, does not gain by it.
    const isLarger = (health.server.databaseBytes ?? 0) > memoryBytes;
    const needsMemory = isShort('memory') || (isShort('I/O') && isLarger);
    const need: Size = {
      cores: cores * (isShort('CPU') ? step : 1),
      memoryBytes: memoryBytes * (needsMemory ? step : 1),
    };
    const isStorage = !isShort('CPU') && !needsMemory;
    const larger = isStorage ? storageFixes(health) : sizeFixes(facts, health, need);
    const details = { evidence: [...evidence, memoryFact(facts, memoryBytes)] };
    const next = isStorage
      ? 'faster storage'
      : `a machine of ${formatCount(need.cores)} cores and ${formatBytes(need.memoryBytes)}`;
    if (left.length === 0 && isStorage) {
      const says = `The storage is slow (${why}), and the database fits into memory: faster storage helps, a larger machine does not.`;
      return attention(says, { ...details, fixes: larger });
    }
    if (left.length === 0) {
      return failed(`The machine is too small: ${why}. The next size is ${next}.`, { ...details, fixes: larger });
    }
    return attention(`The machine is short (${why}), but this costs less: ${left[0]?.result.says} Only then ${next}.`, {
      evidence: [
        table(
          'What costs less',
          ['Check', 'What was found'],
          left.map(({ check, result }) => [check.title, result.says]),
        ),
        ...details.evidence,
      ],
      fixes: [...left.flatMap(({ result }) => (result.fixes ?? []).slice(0, 2)), ...larger],
    });
  });
}
