const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** `just now`, `2 min ago`, `3 h ago`, `12 days ago`; both ISO 8601, by the same clock. */
export function formatAge(at: string, now: string): string {
  const ms = Date.parse(now) - Date.parse(at);
  if (Number.isNaN(ms)) return 'at an unknown time';
  if (ms < minute) return 'just now';
  if (ms < hour) return `${Math.floor(ms / minute)} min ago`;
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h ago`;
  return `${Math.floor(ms / day)} days ago`;
}
