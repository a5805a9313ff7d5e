/** Puts the request's names in place of the planner's own for hypothetical indexes, in EXPLAIN's JSON; returns the planner's own names that the plan uses. */
export function renameIndexes(plan: unknown, names: ReadonlyMap<string, string>): Set<string> {
  const used = new Set<string>();
  const pending: unknown[] = [plan];
  while (pending.length > 0) {
    const value = pending.pop();
    if (value === null || typeof value !== 'object') continue;
    const node = value as Record<string, unknown>;
    const index = node['Index Name'];
    const name = typeof index === 'string' ? names.get(index) : undefined;
    if (name !== undefined) {
      used.add(index as string);
      node['Index Name'] = name;
    }
    pending.push(...Object.values(node));
  }
  return used;
}
