import type { Position } from '../../code/positions';
import type { Health } from '../../database/health/health';
import { readAtHere } from '../../database/health/here';
import { activityPanels } from '../../guide/live/activity-panels';
import { healthPanels } from '../../guide/live/health-panels';
import type { CheckState, Evidence, GuideFix } from '../../nouns/check';
import type { LivePanel, LiveView } from '../../nouns/live';
import type { JudgedPoint } from '../guide/guide';

/** How a database is, as it leaves Planlight: `planlight health --format json` and the dashboard's export print it as it is. */
export interface HealthReport {
  /** ISO 8601. */
  readonly at: string;
  /** `blog@localhost:5432`; absent: no database was asked. */
  readonly database?: string;
  /** Sentences on what could not be read. */
  readonly missing: readonly string[];
  readonly points: readonly ReportPoint[];
  /** What the server said, as tables. */
  readonly panels: readonly LivePanel[];
  /** What the dashboard saw while it was open. */
  readonly live?: Pick<LiveView, 'charts' | 'samples' | 'events'>;
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

export interface HealthSource extends Pick<HealthReport, 'at' | 'database' | 'missing' | 'live' | 'panels'> {
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

/** What one reading of the server says, as tables. */
export function panelsOf(health: Health | undefined): LivePanel[] {
  if (!health) return [];
  const readAt = readAtHere(health);
  return [...activityPanels(health.activity, readAt), ...healthPanels(health, readAt)];
}
