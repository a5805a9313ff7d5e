import type { Positions } from '../../code/positions';
import type { JudgedPoint } from '../guide/guide';
import { positionsIn } from '../source-files';
import type { HealthSource } from './health-report';

/** Reads the files that the points name, for their lines. `nameOf`: a path as people know it. */
export async function placesIn(
  points: readonly JudgedPoint[],
  nameOf: (path: string) => string,
): Promise<HealthSource['place']> {
  const named = points.flatMap(({ checks }) => checks.flatMap(({ result }) => result.places ?? []));
  const positions = new Map<string, Positions>();
  for (const path of new Set(named.map(({ uri }) => uri))) {
    const found = await positionsIn(path);
    if (found) positions.set(path, found);
  }
  return (path, offset) => ({ file: nameOf(path), ...positions.get(path)?.of({ start: offset, end: offset }) });
}
