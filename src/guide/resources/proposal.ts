import type { Health, ServerSetting, ServerSettings } from '../../database/health/health';
import { settingAmount } from '../../database/health/settings';
import type { GuideFix, TableEvidence } from '../../nouns/check';
import { table } from '../support/evidence';
import { seen } from '../support/known';
import { settingFix } from '../support/setting-fix';

/** A value that suits the machine and the load better, and why. */
export interface Proposal {
  readonly name: string;
  /** Bytes of a size, ms of a time; else the number or the word itself. */
  readonly to: number | string;
  /** One sentence. */
  readonly why: string;
  /** The formula, and where it stands. */
  readonly source: string;
  /** What it costs, or what a person must know. */
  readonly note?: string;
}

export const manual = (page: string): string => `https://www.postgresql.org/docs/current/${page}`;
export const wiki = '“Tuning Your PostgreSQL Server”, https://wiki.postgresql.org/wiki/Tuning_Your_PostgreSQL_Server';
export const pgtune = 'PGTune, https://github.com/le0pard/pgtune';

/** Bytes, ms or the number; undefined where the setting is not shown, or is a word. */
export function amountOf({ settings }: Health, name: string): number | undefined {
  return seen(settings)?.[name]?.amount;
}

/** The present value as `SHOW` prints it: `128MB`. */
export function presentOf({ settings }: Health, name: string): string | undefined {
  const setting = seen(settings)?.[name];
  return setting && shown(setting, setting.amount ?? setting.setting);
}

/** Those that would change something: of the settings that the server has. */
export function changes(health: Health, proposals: readonly Proposal[]): Proposal[] {
  const settings = seen(health.settings) ?? {};
  return proposals.filter(({ name, to }) => {
    const setting = settings[name];
    return setting !== undefined && (setting.amount ?? setting.setting) !== to;
  });
}

/** Name and value as `SHOW` would print it, of those that would change something. */
export function proposedTexts(health: Health, proposals: readonly Proposal[]): Readonly<Record<string, string>> {
  const settings = seen(health.settings) ?? {};
  return Object.fromEntries(changes(health, proposals).map(({ name, to }) => [name, shown(settings[name], to)]));
}

export function proposalFixes(health: Health, proposals: readonly Proposal[]): GuideFix[] {
  return changes(health, proposals).map((proposal) => fixOf(health, seen(health.settings) ?? {}, proposal));
}

export function proposalTable(health: Health, proposals: readonly Proposal[]): TableEvidence {
  const settings = seen(health.settings) ?? {};
  return table(
    'Proposed settings',
    ['Setting', 'Now', 'Proposed', 'Takes effect', 'Why', 'Source'],
    changes(health, proposals).map((one) => [
      one.name,
      presentOf(health, one.name) ?? '',
      shown(settings[one.name], one.to),
      settings[one.name]?.context === 'postmaster' ? 'after a restart' : 'after a reload',
      one.why,
      one.source,
    ]),
  );
}

function fixOf(health: Health, settings: ServerSettings, { name, to, why, note }: Proposal): GuideFix {
  const setting = settings[name];
  const [from, text] = [presentOf(health, name) ?? '', shown(setting, to)];
  const title = `Set ${name} from ${from} to ${text}`;
  const said = note === undefined ? why : `${why} ${note}`;
  const amount = inUnits(setting, to);
  return settingFix(health, { name, from, to: text, title, note: said, ...(amount !== undefined && { amount }) });
}

/** Of a size or a time the number in the setting's own unit. */
function inUnits(setting: ServerSetting | undefined, to: Proposal['to']): number | undefined {
  const unit = setting?.unit === undefined ? undefined : settingAmount('1', setting.unit);
  return unit === undefined || typeof to !== 'number' || to < 0 ? undefined : Math.round(to / unit);
}

const sizes = [
  ['TB', 1024 ** 4],
  ['GB', 1024 ** 3],
  ['MB', 1024 ** 2],
  ['kB', 1024],
  ['B', 1],
] as const;
const times = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
  ['us', 0.001],
] as const;

/** In the largest unit that has no fraction, as `SHOW` does: 134217728 → `128MB`, 300000 → `5min`. */
function shown(setting: ServerSetting | undefined, value: number | string): string {
  if (typeof value === 'string' || value <= 0 || setting?.unit === undefined) return String(value);
  const units = /B$/.test(setting.unit) ? sizes : times;
  const [name, factor] = units.find(([, one]) => value % one === 0) ?? ['', 1];
  return `${value / factor}${name}`;
}
