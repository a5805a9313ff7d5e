import type { DeployedPooler, ManifestPlace } from './deployment';
import { numberOf, poolSettings } from './pods';

/** `pgbouncer.ini`, by what it says in its section `[pgbouncer]`; of `[databases]`, which may hold passwords, nothing is kept. */
export function iniPoolers(text: string, place: ManifestPlace): DeployedPooler[] {
  const sections = iniSections(text);
  const settings = sections.get('pgbouncer');
  if (!settings) return [];
  const port = numberOf(settings.listen_port);
  return [
    {
      place,
      kind: 'ini',
      name: 'pgbouncer',
      ...(port !== undefined && { port }),
      ...poolSettings(settings),
    },
  ];
}

/** `[section]`, `name = value`; `;` and `#` begin comments. */
export function iniSections(text: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const sections = new Map<string, Record<string, string>>();
  let section: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const [, name] = /^\s*\[([^\]]+)\]/.exec(line) ?? [];
    if (name !== undefined) {
      section = sections.get(name) ?? {};
      sections.set(name, section);
      continue;
    }
    const [, key, value = ''] = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined) section[key] = value;
  }
  return sections;
}
