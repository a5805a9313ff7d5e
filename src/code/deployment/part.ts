import type { Deployment } from './deployment';

/** What one file says. */
export type Part = { readonly [Kind in keyof Deployment]?: Deployment[Kind] } & {
  /** To how many an autoscaler may raise a program. */
  readonly scales?: readonly { readonly name: string; readonly replicas: number }[];
};

export function together(parts: readonly Part[]): Required<Part> {
  return {
    programs: parts.flatMap(({ programs = [] }) => programs),
    servers: parts.flatMap(({ servers = [] }) => servers),
    poolers: parts.flatMap(({ poolers = [] }) => poolers),
    maintenance: parts.flatMap(({ maintenance = [] }) => maintenance),
    monitoring: parts.flatMap(({ monitoring = [] }) => monitoring),
    references: parts.flatMap(({ references = [] }) => references),
    scales: parts.flatMap(({ scales = [] }) => scales),
  };
}
