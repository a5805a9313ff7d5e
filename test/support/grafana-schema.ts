import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const packages = join(import.meta.dirname, '../../node_modules');

/** Its words are enums in TypeScript, which JSON has as plain words; what a kind of panel has of its own is checked, too. */
const types = `
  import type { Dashboard, FieldConfigSource, GraphFieldConfig, Panel, VizLegendOptions, VizTooltipOptions } from '@grafana/schema';
  type Json<T> = T extends string ? \`\${T}\` : T extends number | boolean | null | undefined ? T
    : unknown extends T ? T : { [Key in keyof T]: Json<T[Key]> };
  type Series = Omit<Panel, 'type' | 'options' | 'fieldConfig'> & {
    type: 'timeseries';
    options: { legend: VizLegendOptions; tooltip: VizTooltipOptions };
    fieldConfig: FieldConfigSource<GraphFieldConfig>;
  };
  export const board: Json<Omit<Dashboard, 'panels'> & { panels: Series[] }> = `;

/**
 * What is wrong with a dashboard of time series by the types that Grafana publishes of its schema (`@grafana/schema`), as
 * TypeScript says it: fields that do not exist, values of another type or not among those that are allowed.
 */
export async function dashboardErrors(json: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'planlight-dashboard-'));
  try {
    await symlink(packages, join(folder, 'node_modules'), 'junction');
    await writeFile(join(folder, 'dashboard.ts'), types + json);
    const checking = ['--strict', '--noEmit', '--skipLibCheck', '--target', 'es2022', '--module', 'preserve'];
    const compiler = join(packages, 'typescript/bin/tsc');
    const args = [compiler, ...checking, '--moduleResolution', 'bundler', '--types', 'node', 'dashboard.ts'];
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, args, { cwd: folder }, (_, stdout, stderr) => resolve(stdout + stderr));
    });
    return output.split('\n').filter((line) => line.trim() !== '');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
