/** A menu is no wider; what is longer hides behind the next one's beginning. In characters. */
const longest = 80;

/** `Index on posts (author_id, created_at DESC) INCLUDE (…: new migration file`: what is done stays readable. */
export function shortTitle(what: string, action = ''): string {
  const room = longest - action.length;
  return `${what.length > room ? `${what.slice(0, room - 1).trimEnd()}…` : what}${action}`;
}
