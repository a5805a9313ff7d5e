import type { BlockedSession, SessionHealth } from '../../database/health/health';
import type { BlockNode } from '../../nouns/live';
import { formatCount, formatMs } from '../../plan/format';
import { withoutConstants } from '../../sql/without-constants';

/** So many of the others that a session waits for, too, are named. */
const mostNamed = 3;

/**
 * Who holds up whom, as trees: at the top those that wait for nobody. PostgreSQL names all that are before a session in the
 * queue of a lock; each session stands once, below one of them that waits for nobody where there is one, and says whom else it
 * waits for. Where all wait for each other, the one that waits longest is at the top.
 */
export function blockTrees(blocked: readonly BlockedSession[]): BlockNode[] {
  const waiting = new Set(blocked.map(({ session }) => keyOf(session)));
  const tops = new Map<string, SessionHealth>();
  const below = new Map<string, BlockedSession[]>();
  for (const one of blocked) {
    const blocker = chiefOf(one, waiting);
    if (!blocker) continue;
    const key = keyOf(blocker);
    if (!waiting.has(key)) tops.set(key, blocker);
    below.set(key, [...(below.get(key) ?? []), one]);
  }
  const shown = new Set<string>();
  const node = (session: SessionHealth, wait?: BlockedSession): BlockNode => {
    shown.add(keyOf(session));
    const waiters = nodesOf(below.get(keyOf(session)) ?? []);
    return {
      pid: session.pid,
      who: whoIs(session),
      says: [stateOf(session, wait, waiting), waiters.length > 0 && `holds up ${formatCount(waiters.length)}`]
        .filter((part) => part !== false)
        .join(', '),
      ...(session.query !== undefined && { query: withoutConstants(session.query) }),
      waiters,
    };
  };
  const nodesOf = (waits: readonly BlockedSession[]): BlockNode[] => {
    const nodes: BlockNode[] = [];
    for (const one of waits) if (!shown.has(keyOf(one.session))) nodes.push(node(one.session, one));
    return nodes;
  };
  const trees = [...tops.values()].map((top) => node(top));
  return [...trees, ...nodesOf(blocked)];
}

function chiefOf({ blockedBy }: BlockedSession, waiting: ReadonlySet<string>): SessionHealth | undefined {
  return blockedBy.find((one) => !waiting.has(keyOf(one))) ?? blockedBy[0];
}

/** A prepared transaction has no process: the number of each is 0. */
function keyOf({ pid, application }: SessionHealth): string {
  return pid === 0 ? application : String(pid);
}

function whoIs({ pid, user, application, database }: SessionHealth): string {
  return [pid === 0 ? '' : `pid ${pid}`, user, application, database].filter((part) => part !== '').join(' · ');
}

function stateOf(
  { state, stateSeconds }: SessionHealth,
  wait: BlockedSession | undefined,
  waiting: ReadonlySet<string>,
): string {
  if (!wait) return `${state} for ${formatMs(stateSeconds * 1000)}`;
  const chief = chiefOf(wait, waiting);
  const others = wait.blockedBy.filter((one) => chief && keyOf(one) !== keyOf(chief));
  const named = others.slice(0, mostNamed).map(({ pid, application }) => (pid === 0 ? application : `pid ${pid}`));
  const more = others.length > mostNamed ? [`${formatCount(others.length - mostNamed)} more`] : [];
  const also = others.length > 0 ? `, also behind ${[...named, ...more].join(', ')}` : '';
  return `waits ${formatMs(wait.waitingSeconds * 1000)} for ${wait.waitsFor}${also}`;
}
