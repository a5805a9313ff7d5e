import { type Given, text, wrong } from './command';

const units: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3, tb: 1024 ** 4 };

/** `500MB` → 524,288,000; as in PostgreSQL, 1 kB is 1,024 bytes. Undefined when the option was not given. */
export function sizeOf(given: Given, option: string): number | undefined {
  const value = text(given, option);
  if (value === undefined) return undefined;
  const [, number = '', unit = ''] = /^\s*(\d{1,12}(?:\.\d{1,6})?)\s*([a-z]*)\s*$/i.exec(value) ?? [];
  const factor = units[unit.toLowerCase()];
  if (number === '' || factor === undefined) throw wrong(`--${option} takes a size such as 500MB or 2GB, not ${value}`);
  return Math.round(Number(number) * factor);
}
