type Processes = number | 'cores';

/**
 * In how many processes a command runs a program: `pm2-runtime -i max app.js`, `gunicorn -w 4 app`, `puma -w 2`; undefined
 * where it does not say. `WEB_CONCURRENCY` counts for what reads it: gunicorn, uvicorn, Puma, and Node's throng.
 */
export function processesOf(
  command: string,
  environment: Readonly<Record<string, string>> = {},
): Processes | undefined {
  const words = command.replace(/["',[\]]/g, ' ');
  const given = optionOf(words, environment);
  if (given !== undefined) return given;
  const concurrency = Number(environment.WEB_CONCURRENCY || Number.NaN);
  if (Number.isInteger(concurrency) && concurrency > 0) return concurrency;
  // Celery's default: https://docs.celeryq.dev/en/stable/userguide/workers.html#concurrency
  return /\bcelery\b.*\bworker\b/.test(words) ? 'cores' : undefined;
}

const options: readonly { readonly program: RegExp; readonly option: RegExp }[] = [
  { program: /\bpm2(?:-runtime|-docker)?\b/, option: /\s(?:-i|--instances)[\s=]?\s*(\S+)/ },
  { program: /\b(?:gunicorn|hypercorn|uvicorn)\b/, option: /\s(?:-w|--workers)[\s=]?\s*(\S+)/ },
  { program: /\bpuma\b/, option: /\s(?:-w|--workers)[\s=]?\s*(\S+)/ },
  { program: /\bcelery\b/, option: /\s(?:-c|--concurrency)[\s=]?\s*(\S+)/ },
  { program: /\buwsgi\b/, option: /\s(?:-p|--processes|--workers)[\s=]?\s*(\S+)/ },
];

function optionOf(words: string, environment: Readonly<Record<string, string>>): Processes | undefined {
  for (const { program, option } of options) {
    const value = program.test(words) ? option.exec(words)?.[1] : undefined;
    if (value !== undefined) return countOf(value, environment);
  }
  return undefined;
}

/** `4`, `max` and `0` (pm2: one for each core), `$(nproc)`, `$WEB_CONCURRENCY`, `${WORKERS:-2}` */
export function countOf(value: string, environment: Readonly<Record<string, string>> = {}): Processes | undefined {
  if (/^(?:max|0|-1|auto)$/.test(value) || /nproc|cpu_count|cpus\(\)/.test(value)) return 'cores';
  const [, name = '', , fallback] = /^\$\{?(\w+)(:?-([^}]*))?\}?$/.exec(value) ?? [];
  const count = Number(name === '' ? value : environment[name] || fallback || Number.NaN);
  return Number.isInteger(count) && count > 0 ? count : undefined;
}
