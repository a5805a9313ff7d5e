const none: readonly never[] = Object.freeze([]);

/** The list without the room that an array keeps for more: facts are held for as long as the workspace is open. */
export function exact<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? none : list.slice();
}
