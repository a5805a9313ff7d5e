import type { JudgedPoint } from '../analysis/guide/guide';
import type { Position } from '../code/positions';
import type { CheckState, Evidence, GuideFix } from '../nouns/check';

/** What `planlight health` found; `--format json` prints it as it is. */
export interface HealthReport {
  /** ISO 8601. */
  readonly at: string;
  /** `blog@localhost:5432`; absent: no database was asked. */
  readonly database?: string;
  /** Sentences on what could not be read. */
  readonly missing: readonly string[];
  readonly points: readonly ReportPoint[];
}

export interface ReportPoint {
  readonly id: string;
  readonly title: string;
  readonly state: CheckState;
  readonly checks: readonly ReportCheck[];
}

export interface ReportCheck {
  readonly id: string;
  readonly title: string;
  readonly state: CheckState;
  readonly says: string;
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly places: readonly (Partial<Position> & { readonly file: string; readonly message: string })[];
  readonly fixes: readonly GuideFix[];
}

export interface HealthSource extends Pick<HealthReport, 'at' | 'database' | 'missing'> {
  readonly points: readonly JudgedPoint[];
  /** Where a place is, as people know it; undefined positions for a file that is gone. */
  readonly place: (uri: string, offset: number) => Partial<Position> & { readonly file: string };
}

export function buildHealthReport({ points, place, ...rest }: HealthSource): HealthReport {
  return {
    ...rest,
    points: points.map(({ id, title, state, checks }) => ({
      id,
      title,
      state,
      checks: checks.map(({ check, result }) => ({
        id: check.id,
        title: check.title,
        state: result.state,
        says: result.says,
        missing: result.missing ?? [],
        evidence: result.evidence ?? [],
        places: (result.places ?? []).map(({ uri, range, message }) => ({ ...place(uri, range.start), message })),
        fixes: result.fixes ?? [],
      })),
    })),
  };
}
