import { readDeployment } from '../../code/deployment/read-deployment';
import type { OnPassedOver } from '../../code/files-below';
import { withConfiguredPools } from '../../code/pools/configured-pools';
import type { Health } from '../../database/health/health';
import type { Server } from '../../database/server';
import type { WhatIfPlanner } from '../../database/what-if/planner';
import type { WorkspaceFacts } from '../../guide/facts';
import { plannerSettings } from '../../guide/resources/planner-settings';
import type { SqlParser } from '../../sql/parser';
import type { CodeService } from '../code/code-service';
import { withPathsBelow } from './cache-modules';
import type { GuideSources } from './guide';
import { indexAdvice } from './index-advice';
import { type GivenMachine, machineOf } from './machine';
import { manifestsBelow } from './manifests';
import { settingPlans } from './setting-plans';
import { withReadings } from './statement-readings';

/** What the command line and the editor have in hand. */
export interface GuideHouse {
  /** Absent: no database is chosen. */
  readonly server?: Server;
  readonly code?: () => Promise<Pick<CodeService, 'facts' | 'findings'>>;
  /** Of the workspace. */
  readonly folders: readonly string[];
  /** Files of which only the SQL text is read. */
  readonly textFiles: () => Promise<readonly string[]>;
  readonly parser: () => Promise<SqlParser>;
  readonly whatIf: () => Promise<WhatIfPlanner>;
  readonly machine: GivenMachine & { readonly source: string };
  readonly onPassedOver: OnPassedOver;
}

export function guideSources(house: GuideHouse): GuideSources {
  const { server, code, folders } = house;
  return {
    folders,
    ...(server && {
      health: async (signal, onPart) => {
        const parser = await house.parser();
        const tellPart = onPart && ((part: Health) => onPart(withReadings(part, parser)));
        return withReadings(await server.health(signal, tellPart), parser);
      },
      activity: (signal) => server.activity(signal),
      advice: async (known, signal) =>
        indexAdvice(known, {
          snapshot: await server.snapshot(signal),
          whatIf: await house.whatIf(),
          parser: await house.parser(),
          signal,
        }),
      plans: async (known, signal) => {
        const settings = plannerSettings(known);
        if (Object.keys(settings).length === 0) return { settings, planned: 0, isPartial: false, changes: [] };
        return settingPlans(known, settings, {
          snapshot: await server.snapshot(signal),
          whatIf: await house.whatIf(),
          parser: await house.parser(),
          signal,
        });
      },
    }),
    ...(folders.length > 0 && { workspace: (signal) => workspaceFacts(house, code, signal) }),
    machine: async (known) => machineOf(house.machine, known, server?.profile),
  };
}

async function workspaceFacts(
  { folders, textFiles, onPassedOver }: GuideHouse,
  code: GuideHouse['code'],
  signal: AbortSignal,
): Promise<WorkspaceFacts> {
  const manifests = await manifestsBelow(folders, onPassedOver, signal);
  const deployment = readDeployment(manifests);
  const service = await code?.();
  if (!service)
    return {
      queries: [],
      pools: withConfiguredPools([], manifests),
      sessionUses: [],
      caches: [],
      findings: [],
      deployment,
    };
  const { clusters = [], cacheAside, ...facts } = await service.facts(await textFiles());
  signal.throwIfAborted();
  const findings = [...(await service.findings({ withTexts: true }))].flatMap(([path, ofFile]) =>
    ofFile.map((finding) => ({ path, finding })),
  );
  return {
    ...facts,
    ...(cacheAside && { cacheAside: withPathsBelow(cacheAside, folders) }),
    pools: withConfiguredPools(facts.pools, manifests),
    findings,
    deployment: { ...deployment, programs: [...deployment.programs, ...clusters] },
  };
}
