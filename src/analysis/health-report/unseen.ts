import type { Section } from '../../database/health/health';
import type { GuideFacts } from '../../guide/facts';
import { missingOf } from '../../guide/support/known';

/** What could not be read, and what of it is hidden from the user: each sentence once, for the head of a report. */
export function unseenIn({ missing, health }: GuideFacts): string[] {
  // The others rest on what the server says.
  if (!health) return [missing.health, missing.code].filter((sentence) => sentence !== undefined);
  const sections = [...Object.values(health), ...Object.values(health.activity)].filter(isSection);
  return [...new Set([...Object.values(missing), ...missingOf(...sections)])];
}

const isSection = (one: unknown): one is Section<unknown> =>
  typeof one === 'object' && one !== null && ('value' in one || 'missing' in one);
