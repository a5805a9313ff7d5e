/** The points of the checklist, in the order in which they pay: measuring first, bigger machines late. */
export const points = [
  { id: 'bottleneck', title: 'Bottleneck identified' },
  { id: 'slow-queries', title: 'Slow queries identified and optimized' },
  { id: 'indexes', title: 'Missing indexes added' },
  { id: 'queries-per-row', title: 'N+1 queries eliminated' },
  { id: 'connection-pool', title: 'Connection pool sized appropriately' },
  { id: 'read-replicas', title: 'Read replicas configured, if needed' },
  { id: 'cache', title: 'Caching for frequently accessed data' },
  { id: 'pgbouncer', title: 'PgBouncer deployed, if it helps' },
  { id: 'resources', title: 'Settings and size fit the machine' },
  { id: 'maintenance', title: 'Regular maintenance scheduled' },
  { id: 'monitoring', title: 'Monitoring and alerts configured' },
] as const satisfies readonly ChecklistPoint[];

export type PointId = (typeof points)[number]['id'];

interface ChecklistPoint {
  /** Also the name of its page in docs/guide. */
  readonly id: string;
  readonly title: string;
}
