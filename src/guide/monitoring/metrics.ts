import type { DeployedMonitor } from '../../code/deployment/deployment';
import type { Health } from '../../database/health/health';
import { formatCounted } from '../../plan/format';
import type { Check } from '../check';
import { table } from '../support/evidence';
import { seen, whyMissing } from '../support/known';
import { attention, passed, unknown } from '../support/results';
import { alertFixes, dashboardFix, exporterFixes } from './files';

/** Programs that watch databases, by the name under which they connect. */
const watchers =
  /exporter|datadog|pganalyze|pgwatch|telegraf|zabbix|newrelic|netdata|collectd|pmm|dynatrace|cloudwatch/i;

/** Whether somebody measures all the time, is told when something goes wrong, and can look at it. */
export const metrics: Check = {
  id: 'monitoring/metrics',
  point: 'monitoring',
  title: 'Metrics are collected, with alerts and a dashboard',
  needs: ['code', 'health'],
  judge(facts) {
    const { workspace, health } = facts;
    const watching = health ? watchersOf(health) : [];
    if (!workspace) {
      if (watching.length === 0) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
      return passed(`${watching.join(', ')} watches this server; its alerts and dashboards are not in a workspace.`);
    }
    const { monitoring } = workspace.deployment;
    const has = (...kinds: DeployedMonitor['kind'][]) => monitoring.some(({ kind }) => kinds.includes(kind));
    const isCollected = has('exporter', 'scrape config') || watching.length > 0;
    const lacking = [
      ...(isCollected ? [] : ['exporter']),
      ...(has('alert rules') ? [] : ['alert rules']),
      ...(has('dashboard') ? [] : ['dashboard']),
    ];
    const details = {
      ...(monitoring.length > 0 && { evidence: [found(monitoring)] }),
      places: monitoring.map(({ place, kind, name }) => ({
        uri: place.path,
        range: place.range,
        message: `${name} (${kind})`,
      })),
    };
    const who = watching.length > 0 ? ` On the server ${watching.join(', ')} was seen.` : '';
    if (lacking.length === 0) {
      return passed(
        `${formatCounted(monitoring.length, 'file has', 'files have')} what watches PostgreSQL.${who}`,
        details,
      );
    }
    return attention(`The workspace has no ${listed(lacking)} for PostgreSQL.${who}`, {
      ...details,
      missing: [
        'Whether it is watched from elsewhere (the cloud’s own monitoring, another repository) is not seen from here.',
      ],
      fixes: [
        ...(isCollected ? [] : exporterFixes(facts)),
        ...(has('alert rules') ? [] : alertFixes(facts)),
        ...(has('dashboard') ? [] : [dashboardFix]),
      ],
    });
  },
};

function watchersOf({ activity }: Health): string[] {
  const connections = seen(activity.connections);
  const names = [...(connections?.byApplication ?? []), ...(connections?.byUser ?? [])].map(({ name }) => name);
  return [...new Set(names.filter((name) => watchers.test(name)))];
}

/** `exporter, alert rules and dashboard` */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

const found = (monitoring: readonly DeployedMonitor[]) =>
  table(
    'In the workspace',
    ['What', 'Name', 'File'],
    monitoring.map(({ kind, name, place }) => [kind, name, place.path]),
  );
