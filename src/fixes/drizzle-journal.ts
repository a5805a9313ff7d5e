import { Problem } from '../nouns/problem';
import { journalIn } from './migration-folder';
import type { NewFile } from './new-migration';

interface Journal {
  readonly entries: readonly { readonly idx: number; readonly when: number }[];
}

/**
 * The migration and its entry in the journal, without which Drizzle never runs it; what `drizzle-kit generate --custom` writes.
 * Drizzle runs all migrations in one transaction: CONCURRENTLY is not possible in it.
 */
export function drizzleFiles(
  folder: string,
  stem: string,
  content: string,
  now: Date,
  textOf: ((path: string) => string | undefined) | undefined,
): NewFile[] {
  const path = journalIn(folder);
  const journal = readJournal(path, textOf?.(path));
  const last = journal.entries.at(-1);
  const entry = {
    ...last,
    idx: (last?.idx ?? -1) + 1,
    // Only what is later than the last one that was run is run.
    when: Math.max(now.getTime(), ...journal.entries.map(({ when }) => when + 1)),
    tag: stem.slice(folder.length + 1),
    breakpoints: true,
  };
  const changed = { ...journal, entries: [...journal.entries, entry] };
  return [
    { path: `${stem}.sql`, content },
    { path, content: JSON.stringify(changed, undefined, 2), isChanged: true },
  ];
}

function readJournal(path: string, text: string | undefined): Journal {
  const journal: Journal | undefined = text === undefined ? undefined : parsed(path, text);
  if (!Array.isArray(journal?.entries))
    throw new Problem('unsupported', `${path} cannot be read: the migration has to be listed in it.`);
  return journal;
}

function parsed(path: string, text: string): Journal {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem('unsupported', `${path} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
