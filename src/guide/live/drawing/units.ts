import type { LiveUnit } from '../../../nouns/live';
import { formatBytes, formatCost, formatMs } from '../../../plan/format';

/** A value as a person reads it: (12.4, 'per second') → `12.4/s` */
export function formatLive(value: number, unit: LiveUnit): string {
  switch (unit) {
    case 'count':
      return formatCost(value);
    case 'per second':
      return `${formatCost(value)}/s`;
    case 'bytes':
      return formatBytes(Math.round(value));
    case 'bytes per second':
      return `${formatBytes(Math.round(value))}/s`;
    case 'seconds':
      return formatMs(value * 1000);
    case 'ms':
      return formatMs(value);
    case 'share':
      return `${(value * 100).toLocaleString('en-US', { maximumFractionDigits: value >= 0.9 ? 2 : 1 })} %`;
  }
}
