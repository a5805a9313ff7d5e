import type { Health, TableHealth } from '../../database/health/health';
import { formatCount, formatCounted } from '../../plan/format';
import { qualifiedName, quoteIdentifier } from '../../sql/identifiers';
import { seen } from '../support/known';
import { settingFix } from '../support/setting-fix';
import { autovacuumOf, isSwitchedOff } from './autovacuum';
import { holders, type LagReason } from './holders';

/** What surely keeps autovacuum from these tables, or from removing what is dead there. */
export function hindrances(health: Health, tables: readonly TableHealth[]): LagReason[] {
  return [...switchedOff(health, tables), ...holders(health)];
}

/** What may be why it is late. */
export function slowness(health: Health): LagReason[] {
  return [...busyWorkers(health), ...slowedDown(health)];
}

export function switchedOff(health: Health, tables: readonly TableHealth[]): LagReason[] {
  const { settings, isOn } = autovacuumOf(health);
  if (!isOn) {
    const name = settings?.autovacuum?.setting === 'off' ? 'autovacuum' : 'track_counts';
    return [
      {
        says: `Autovacuum does not run on this server: ${name} is off.`,
        fixes: [settingFix(health, { name, from: 'off', to: 'on', title: `Switch ${name} on` })],
      },
    ];
  }
  return tables.filter(isSwitchedOff).map(({ schema, name }) => {
    const table = qualifiedName(schema, name);
    return {
      says: `Autovacuum is switched off for ${table}.`,
      fixes: [
        {
          kind: 'statement',
          title: `Let autovacuum look after ${table}`,
          sql: `ALTER TABLE ${quoteIdentifier(schema)}.${quoteIdentifier(name)} RESET (autovacuum_enabled)`,
        },
      ],
    };
  });
}

function busyWorkers(health: Health): LagReason[] {
  const { workers } = autovacuumOf(health);
  const running = (seen(health.activity.progress) ?? []).filter(({ kind }) => kind === 'vacuum').length;
  if (running < workers) return [];
  return [
    {
      says: `${formatCounted(running, 'VACUUM')} run at once, as many as autovacuum_max_workers (${formatCount(workers)}) lets autovacuum run.`,
      fixes: [],
    },
  ];
}

/** autovacuum_vacuum_cost_delay is 2 ms and vacuum_cost_limit 200 since 12; slower was set by somebody. */
function slowedDown(health: Health): LagReason[] {
  const settings = seen(health.settings);
  const delay = settings?.autovacuum_vacuum_cost_delay?.amount ?? 2;
  const own = settings?.autovacuum_vacuum_cost_limit?.amount ?? -1;
  const limit = own === -1 ? (settings?.vacuum_cost_limit?.amount ?? 200) : own;
  const changes = [
    ...(delay > 2 ? [{ name: 'autovacuum_vacuum_cost_delay', from: `${delay}ms`, to: '2ms', amount: 2 }] : []),
    ...(limit < 200
      ? [{ name: own === -1 ? 'vacuum_cost_limit' : 'autovacuum_vacuum_cost_limit', from: `${limit}`, to: '200' }]
      : []),
  ];
  return changes.map((change) => ({
    says: `Autovacuum is slowed down: ${change.name} is ${change.from}, where ${change.to} is the default.`,
    fixes: [settingFix(health, { ...change, title: `Let autovacuum work as fast as by default` })],
  }));
}
