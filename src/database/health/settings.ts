import type { ServerSetting, ServerSettings } from './health';
import { maskSetting } from './mask-secrets';
import { hidden, type SectionReader, section } from './reading';

export const readSettings: SectionReader<ServerSettings> = async (query, circumstances) => {
  const rows = await query<Row>(settings);
  const value = Object.fromEntries(rows.map((row) => [row.name, settingOf(row)]));
  return section(
    value,
    !circumstances.seesSettings && hidden('Some settings (such as shared_preload_libraries)', circumstances),
  );
};

interface Row {
  readonly name: string;
  readonly setting: string | null;
  readonly unit: string | null;
  readonly kind: string;
  readonly context: ServerSetting['context'];
  readonly source: string;
  readonly bootValue: string | null;
  readonly pendingRestart: boolean;
}

/** What the gate sets for its own statements (statement_timeout, lock_timeout, …) is nobody else's: a new session has what RESET gives. */
const settings = `
  SELECT name, CASE source WHEN 'session' THEN reset_val ELSE setting END AS setting, unit, vartype AS kind, context,
    CASE WHEN source = 'session' AND reset_val IS NOT DISTINCT FROM boot_val THEN 'default' ELSE source END AS source,
    boot_val AS "bootValue", pending_restart AS "pendingRestart"
  FROM pg_settings`;

function settingOf({ name, setting, unit, kind, context, source, bootValue, pendingRestart }: Row): ServerSetting {
  const amount = kind === 'integer' || kind === 'real' ? settingAmount(setting ?? '', unit) : undefined;
  return {
    setting: maskSetting(name, setting ?? ''),
    ...(unit !== null && { unit }),
    ...(amount !== undefined && { amount }),
    context,
    source,
    ...(bootValue !== null && { bootValue }),
    pendingRestart,
  };
}

/** https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES */
const inBytesOrMs: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * `16384` in units of `8kB` → 134217728 bytes; `5` in `min` → 300000 ms. -1 stays -1: it stands for "none" or for "as
 * another setting says". Undefined for what is no number or has a unit that is not known.
 */
export function settingAmount(setting: string, unit: string | null): number | undefined {
  const number = Number(setting);
  if (setting === '' || Number.isNaN(number)) return undefined;
  if (number === -1 || unit === null) return number;
  const [, count, name = ''] = /^(\d*)(\D+)$/.exec(unit) ?? [];
  const factor = inBytesOrMs[name];
  return factor === undefined ? undefined : number * factor * Number(count || 1);
}
