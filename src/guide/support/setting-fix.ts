import type { Health, ServerSetting } from '../../database/health/health';
import type { CommandFix, SettingFix } from '../../nouns/check';
import { quoteLiteral } from '../../sql/identifiers';
import { seen } from './known';

export interface SettingChange {
  readonly name: string;
  /** As `SHOW` prints it now. */
  readonly from: string;
  /** As `SHOW` would print it: `4GB`; of a list its names. */
  readonly to: string | readonly string[];
  /** In the setting's own unit, as parameter groups want it: `524288` (blocks of 8 kB); default: `to`. */
  readonly amount?: number;
  readonly title: string;
  readonly note?: string;
}

/**
 * A change of a server's setting in the way in which its hosting lets one do it: ALTER SYSTEM on a server of one's own, unless its
 * command line says otherwise, else the command for its parameters. The value is put in a text for a shell, and names are
 * placeholders that a person fills in.
 */
export function settingFix(health: Health, change: SettingChange): SettingFix | CommandFix {
  const { name, from, to, title, note } = change;
  const setting = seen(health.settings)?.[name];
  const managed = managedCommand(health.server.hosting, change, setting?.context === 'postmaster');
  if (managed) {
    const said = joined(note, managed.note);
    return { kind: 'command', title, ...managed, ...(said !== undefined && { note: said }) };
  }
  if (setting?.source === 'command line') {
    const there = `The server is started with -c ${name}=${from}, which comes before ALTER SYSTEM: change it there, and restart.`;
    return {
      kind: 'command',
      title,
      command: `postgres -c ${shellQuoted(`${name}=${textOf(to)}`)}`,
      placeholders: [],
      note: joined(note, there),
    };
  }
  return {
    kind: 'setting',
    title,
    name,
    from,
    to: textOf(to),
    sql: `ALTER SYSTEM SET ${name} = ${[to].flat().map(quoteLiteral).join(', ')}`,
    takesEffect: takesEffect(setting?.context),
    ...(note !== undefined && { note }),
  };
}

function takesEffect(context: ServerSetting['context'] | undefined): SettingFix['takesEffect'] {
  return context === 'postmaster' ? 'after a restart' : 'after a reload';
}

const textOf = (to: SettingChange['to']): string => [to].flat().join(', ');

interface Managed {
  readonly command: string;
  readonly placeholders: readonly string[];
  readonly note?: string;
}

/** Undefined where ALTER SYSTEM is the way. */
function managedCommand(
  hosting: Health['server']['hosting'],
  { name, to, amount }: SettingChange,
  needsRestart: boolean,
): Managed | undefined {
  const value = amount === undefined ? [to].flat().join(',') : String(amount);
  const restarted = needsRestart ? 'It takes effect with a restart, which ends all connections.' : undefined;
  switch (hosting) {
    case 'rds':
    case 'aurora': {
      const kind = hosting === 'aurora' ? 'db-cluster-parameter-group' : 'db-parameter-group';
      const parameter = {
        ParameterName: name,
        ParameterValue: value,
        ApplyMethod: needsRestart ? 'pending-reboot' : 'immediate',
      };
      const modify = `aws rds modify-${kind} --${kind}-name <parameter-group> \\\n  --parameters ${shellQuoted(JSON.stringify([parameter]))}`;
      const reboot = 'aws rds reboot-db-instance --db-instance-identifier <instance>';
      return {
        command: needsRestart ? `${modify}\n${reboot}` : modify,
        placeholders: [
          '<parameter-group>: the parameter group of the instance; the default one cannot be changed, copy it first.',
          ...(needsRestart ? ['<instance>: the name of the instance.'] : []),
        ],
        ...(restarted !== undefined && { note: restarted }),
      };
    }
    case 'cloud sql':
      return {
        command: `gcloud sql instances patch <instance> --database-flags=${shellQuoted(flagOf(name, value))}`,
        placeholders: ['<instance>: the name of the instance.'],
        note: joined('It replaces all flags: add those that are set already.', restarted),
      };
    case 'azure':
      return {
        command: [
          `az postgres flexible-server parameter set --resource-group <group> --server-name <server> \\\n  --name ${name} --value ${shellQuoted(value)}`,
          ...(needsRestart ? ['az postgres flexible-server restart --resource-group <group> --name <server>'] : []),
        ].join('\n'),
        placeholders: ['<group>: the resource group.', '<server>: the name of the server.'],
        ...(restarted !== undefined && { note: restarted }),
      };
    case 'supabase':
      return {
        command: `supabase --experimental --project-ref <project> postgres-config update --config ${shellQuoted(`${name}=${value}`)}`,
        placeholders: ['<project>: the reference of the project.'],
        ...(restarted !== undefined && { note: restarted }),
      };
    case 'neon':
    case 'self-managed':
      return undefined;
  }
}

/** A value with commas needs another delimiter, which gcloud takes between two `^`. */
const flagOf = (name: string, value: string): string =>
  value.includes(',') ? `^:^${name}=${value}` : `${name}=${value}`;

const shellQuoted = (text: string): string => (/^[\w.=/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

const joined = (...sentences: readonly (string | undefined)[]): string | undefined => {
  const said = sentences.filter((sentence) => sentence !== undefined);
  return said.length > 0 ? said.join(' ') : undefined;
};
