import type { Health } from '../../database/health/health';
import type { CheckResult, FactEvidence } from '../../nouns/check';
import { formatBytes } from '../../plan/format';
import type { GuideFacts } from '../facts';
import { fact } from '../support/evidence';
import { whyMissing, withHealth } from '../support/known';
import { unknown } from '../support/results';

export const gigabyte = 1024 ** 3;
export const megabyte = 1024 ** 2;

/** The answer of a check about settings, which needs the server's memory. */
export function withMemory(
  facts: GuideFacts,
  judge: (health: Health, memoryBytes: number) => CheckResult,
): CheckResult {
  return withSettings(facts, (health) => {
    const memory = facts.machine?.memoryBytes;
    return memory === undefined
      ? unknown('How much memory the server has is not known.', [whySizeMissing(facts, 'memory')])
      : judge(health, memory);
  });
}

export function withCores(facts: GuideFacts, judge: (health: Health, cores: number) => CheckResult): CheckResult {
  return withSettings(facts, (health) => {
    const cores = facts.machine?.cores;
    return cores === undefined
      ? unknown('How many cores the server has is not known.', [whySizeMissing(facts, 'cores')])
      : judge(health, cores);
  });
}

/** What a plain user does not see of the settings (libraries, files) is not asked here. */
export function withSettings(facts: GuideFacts, judge: (health: Health) => CheckResult): CheckResult {
  return withHealth(facts, (health) =>
    'missing' in health.settings
      ? unknown('The settings of the server cannot be seen.', [health.settings.missing])
      : judge(health),
  );
}

export function whySizeMissing(facts: GuideFacts, what: 'memory' | 'cores'): string {
  return facts.machine
    ? `The setting planlight.server.${what}, or --${what} on the command line, tells it.`
    : whyMissing(facts, 'machine');
}

export function memoryFact({ machine }: GuideFacts, bytes: number): FactEvidence {
  return fact('Memory of the server', formatBytes(bytes), { raw: bytes, ...(machine && { source: machine.source }) });
}

/** Whole megabytes, from 1 GB on whole quarters of one, from 4 GB on whole gigabytes: sizes that people would write. */
export function roundedDown(bytes: number): number {
  const step = bytes >= 4 * gigabyte ? gigabyte : bytes >= gigabyte ? gigabyte / 4 : megabyte;
  return Math.max(step, Math.floor(bytes / step) * step);
}
