import type { Health, ServerSettings } from '../../database/health/health';
import type { CheckResult, GuideFix } from '../../nouns/check';
import { formatCount } from '../../plan/format';
import type { Check } from '../check';
import { fact } from '../support/evidence';
import { missingOf, seen, withHealth } from '../support/known';
import { attention, passed, unknown } from '../support/results';
import { settingFix } from '../support/setting-fix';

const library = 'pg_stat_statements';
const preload = 'shared_preload_libraries';

/** Where its library is loaded before anybody asks; there, only the extension is created. */
const preloaded: ReadonlySet<Health['server']['hosting']> = new Set(['cloud sql', 'azure', 'supabase', 'neon']);

/** Without pg_stat_statements nobody knows which statements take the time: most of the guide rests on it. */
export const statementCounting: Check = {
  id: 'bottleneck/statement-counting',
  point: 'bottleneck',
  title: 'Statements are counted',
  needs: ['health'],
  judge: (facts) => withHealth(facts, judge),
};

function judge(health: Health): CheckResult {
  const { server } = health;
  const settings = seen(health.settings) ?? {};
  const isInstalled = server.extensions[library] !== undefined;
  // Its settings are known to the server once its library is loaded; before, they are texts that anybody may make up.
  const isLoaded = settings[`${library}.max`] !== undefined;
  const installed = `${library} ${server.extensions[library] ?? ''}`;
  if (isInstalled && isLoaded) {
    const track = settings[`${library}.track`]?.setting;
    if (track === 'none')
      return attention(`${library} is there, but counts nothing: its tracking is off.`, tracking(health));
    if ('missing' in health.statements) return unknown('What is counted cannot be read.', [health.statements.missing]);
    const { statements } = health.statements.value;
    const missing = missingOf(health.statements);
    return passed(`The server counts its statements: ${formatCount(statements.length)} are listed here.`, {
      evidence: [fact('Extension', installed), fact('Tracked', track ?? 'top')],
      ...(missing.length > 0 && { missing }),
    });
  }
  const why = isLoaded ? 'not created in this database' : isInstalled ? 'not loaded' : 'not installed';
  const says = `The server does not count its statements (${library} is ${why}): nobody can tell which ones take the time.`;
  return attention(says, enabling(health, settings, { isInstalled, isLoaded }));
}

function tracking(health: Health): { fixes: readonly GuideFix[] } {
  const change = { name: `${library}.track`, from: 'none', to: 'top', title: 'Count the statements of clients' };
  return { fixes: [settingFix(health, change)] };
}

/** In the order in which they are applied. */
function enabling(
  health: Health,
  settings: ServerSettings,
  { isInstalled, isLoaded }: { isInstalled: boolean; isLoaded: boolean },
): Pick<CheckResult, 'missing' | 'fixes'> {
  const { server } = health;
  const needsLoading = !isLoaded && !preloaded.has(server.hosting);
  const isThere = isInstalled || server.availableExtensions.includes(library);
  const load = needsLoading && isThere ? loading(health, settings) : {};
  return {
    ...(load.missing !== undefined && { missing: [load.missing] }),
    fixes: [
      ...(isThere ? [] : [install(server.version)]),
      ...(load.fix ? [load.fix] : []),
      ...(isInstalled || !isThere ? [] : creating(health, settings)),
    ],
  };
}

/** What is loaded already stays so; where that is hidden, no value is proposed that would throw it out. */
function loading(health: Health, settings: ServerSettings): { fix?: GuideFix; missing?: string } {
  const present = settings[preload];
  if (!present) {
    const user = health.server.user;
    return {
      missing: `${preload} is hidden from ${user}: ask a superuser, or someone in pg_read_all_settings, to add ${library} to it and to restart the server.`,
    };
  }
  const libraries = librariesOf(present.setting);
  if (libraries.includes(library) || present.pendingRestart) {
    return { missing: `${preload} was changed and waits for a restart of the server.` };
  }
  return {
    fix: settingFix(health, {
      name: preload,
      from: present.setting,
      to: [...libraries, library],
      title: `Load ${library} when the server starts`,
      note: 'Restart the server then: it ends all connections.',
    }),
  };
}

/** `auto_explain, "$libdir/other"` → their names, as SplitDirectoriesString of PostgreSQL reads them. */
export function librariesOf(setting: string): string[] {
  const items = setting.match(/"(?:[^"]|"")*"|[^,"\s](?:[^,"]*[^,"\s])?/g) ?? [];
  return items.map((item) => (item.startsWith('"') ? item.slice(1, -1).replaceAll('""', '"') : item));
}

function creating(health: Health, settings: ServerSettings): GuideFix[] {
  const { hosting } = health.server;
  const sql = `CREATE EXTENSION IF NOT EXISTS ${library}${hosting === 'supabase' ? ' WITH SCHEMA extensions' : ''}`;
  const create: GuideFix = { kind: 'statement', title: `Create ${library} in ${health.server.database}`, sql };
  if (hosting !== 'azure') return [create];
  // Azure creates only what its list allows.
  const allowed = settings['azure.extensions'];
  const names = librariesOf(allowed?.setting ?? '');
  if (names.some((name) => name.toLowerCase() === library)) return [create];
  const change = {
    name: 'azure.extensions',
    from: allowed?.setting ?? '',
    to: [...names, library],
    title: `Allow the extension ${library}`,
    ...(allowed ? {} : { note: 'It replaces the list: add what is allowed already.' }),
  };
  return [settingFix(health, change), create];
}

function install(version: number): GuideFix {
  const major = Math.floor(version / 10_000);
  return {
    kind: 'command',
    title: `Install the files of ${library} on the server`,
    command: 'sudo apt install postgresql-contrib',
    placeholders: [],
    note: `The server has no files of ${library}. This is Debian's and Ubuntu's package; Red Hat's is postgresql${major}-contrib.`,
  };
}
