/** 0.123 → '12 %', 0.0123 → '1.2 %', 0.9731 → '97.3 %'; what is not all is never shown as all: 0.99996 → '99.9 %'. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return '<0.1 %';
  const isRound = Math.abs(value - Math.round(value)) < 1e-9;
  if (isRound || (value >= 10 && value < 90)) return `${Math.round(value)} %`;
  return `${(Math.floor(value * 10 + 1e-9) / 10).toFixed(1)} %`;
}

/** Seconds as people say them: '1.5 s', '40 s', '12 min', '3 h', '5 days' */
export function duration(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** Seconds from one time to another, both ISO 8601; undefined where one is not known or the clock went back. */
export function secondsBetween(from: string | undefined, to: string): number | undefined {
  if (from === undefined) return undefined;
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return seconds >= 0 ? seconds : undefined;
}
