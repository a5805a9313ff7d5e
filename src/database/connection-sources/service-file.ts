import type { ConnectionParts } from './connection-text';

/**
 * pg_service.conf: `[name]` and `key=value` lines. Unknown keys are for libpq; a line that is neither throws an Error.
 * https://www.postgresql.org/docs/current/libpq-pgservice.html
 */
export function readServices(text: string): { name: string; parts: ConnectionParts }[] {
  const services: { name: string; parts: Record<string, string> }[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const section = /^\[(.+)\]$/.exec(line);
    if (section) {
      services.push({ name: section[1] ?? '', parts: {} });
      continue;
    }
    const at = line.indexOf('=');
    const service = services.at(-1);
    if (at < 1 || service === undefined) throw new Error(`line ${index + 1} is not [name] or key=value`);
    service.parts[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return services.map(({ name, parts }) => ({ name, parts: { ...parts, host: parts.host ?? parts.hostaddr } }));
}
