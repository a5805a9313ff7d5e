import type { Health } from './health';

/**
 * When it was read by this machine's clock, in ms. The server's may be wrong by hours: how old something is that one looks at is
 * counted from this, and the ages of the server's own times from its `readAt`.
 */
export function readAtHere({ readAt, server }: Pick<Health, 'readAt' | 'server'>): number {
  return Date.parse(readAt) - server.clockAheadSeconds * 1000;
}
