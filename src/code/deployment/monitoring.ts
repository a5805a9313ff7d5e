import { basename } from 'node:path';
import type { DeployedMonitor } from './deployment';
import type { Part } from './part';
import type { Yaml } from './yaml';

/** Prometheus' own files: alert rules (`groups`) about PostgreSQL, and what it scrapes. Undefined: it is none. */
export function readPrometheusFile(yaml: Yaml, path: string, text: string): Part | undefined {
  const { start, end } = yaml.range;
  const written = text.slice(start, end);
  const isRules = yaml.at('groups').items.some((group) => group.at('rules').items.length > 0);
  if (isRules) return /\bpg_\w+/.test(written) ? { monitoring: [monitor(yaml, path, 'alert rules')] } : {};
  const jobs = yaml.at('scrape_configs').items;
  if (jobs.length === 0) return undefined;
  const about = jobs.filter(({ range }) => /postgres|pgbouncer|:9187|:9127/i.test(text.slice(range.start, range.end)));
  return { monitoring: about.map((job) => monitor(job, path, 'scrape config', job.at('job_name').text)) };
}

/** A dashboard of Grafana that asks postgres_exporter's metrics, or PostgreSQL itself. Undefined: it is none. */
export function readDashboard(yaml: Yaml, path: string, text: string): Part | undefined {
  const board = yaml.at('dashboard').isThere ? yaml.at('dashboard') : yaml;
  const isBoard = board.at('panels').items.length > 0 || board.at('rows').items.length > 0;
  if (!isBoard || !board.at('title').isThere) return undefined;
  const isAboutPostgres = /\bpg_(?:stat|settings|up|database|locks|replication|long)\w*|"postgres"/i.test(text);
  return isAboutPostgres ? { monitoring: [monitor(board, path, 'dashboard', board.at('title').text)] } : {};
}

function monitor({ range }: Yaml, path: string, kind: DeployedMonitor['kind'], name = basename(path)): DeployedMonitor {
  return { place: { path, range }, kind, name };
}
