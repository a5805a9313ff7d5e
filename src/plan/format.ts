/** 5013.27 → '5,013'; from 100 up without a fraction, below with one or two digits: 28.4, 0.29. */
function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** Whole numbers only: rows, pages, loops. */
export function formatCount(value: number): string {
  return Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : String(value);
}

/** `12 rows`, `1 row`, `1 index`, `2 indexes` */
export function formatCounted(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(value)} ${Math.round(value) === 1 ? singular : plural}`;
}

/** Planner's cost: 5013.27 → '5,013', 8.31 → '8.31' */
export function formatCost(cost: number): string {
  return formatNumber(cost);
}

/** 0.287 → '0.29 ms', 412.4 → '412 ms', 8123 → '8.1 s', 125000 → '2 min 5 s' */
export function formatMs(ms: number): string {
  if (ms < 0.01 && ms > 0) return '<0.01 ms';
  if (ms < 999.5) return `${formatNumber(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${seconds.toLocaleString('en-US', { maximumFractionDigits: 1 })} s`;
  const whole = Math.round(seconds);
  return `${formatCount(Math.floor(whole / 60))} min ${whole % 60} s`;
}

/** 8192 → '8 kB', 47415296 → '45.2 MB'; 1 kB is 1,024 bytes, as in PostgreSQL. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toLocaleString('en-US', { maximumFractionDigits: value >= 100 ? 0 : 1 })} ${units[unit]}`;
}

/** How much cheaper: (5013, 28) → '180 times', (100, 80) → '20 %'. `after` 0 counts as 0.01. */
export function formatGain(before: number, after: number): string {
  const ratio = before / Math.max(after, 0.01);
  if (ratio >= 2) return `${ratio.toLocaleString('en-US', { maximumFractionDigits: ratio >= 10 ? 0 : 1 })} times`;
  return `${formatCount((1 - after / before) * 100)} %`;
}
