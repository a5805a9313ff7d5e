import { readAtHere } from '../../database/health/here';
import { formatAge } from '../../plan/format-age';
import { stateLabel } from '../database-state';
import type { GuideService } from './guide-service';
import type { RowsWanted } from './guide-view';

/** Beside the view's title whose statistics these are, and how old; above its rows why they are no newer. */
export function describeView(
  { facts, server }: GuideService,
  { words, order }: RowsWanted,
): { description?: string; message?: string } {
  if (!facts) return {};
  const now = new Date().toISOString();
  const read = facts.health ? new Date(readAtHere(facts.health)).toISOString() : facts.now;
  const age = formatAge(read, now);
  const parts = [server && stateLabel(server), age, order && `by ${order}`, words.length > 0 && `“${words.join(' ')}”`];
  const description = parts.filter(Boolean).join(' · ');
  const { health } = facts.missing;
  const message = facts.health && health !== undefined ? `${health} What is shown was read ${age}.` : undefined;
  return { description, message };
}
