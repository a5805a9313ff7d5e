import type { SessionUse } from '../../code/session-uses/session-use';
import type { CommandFix, GuideFix } from '../../nouns/check';
import type { EditFix } from '../../nouns/fix';
import type { Check } from '../check';
import { addedOption } from '../connection-pool/option-fix';
import type { GuideFacts, WorkspaceFacts } from '../facts';
import { fact } from '../support/evidence';
import { whyMissing } from '../support/known';
import { attention, notApplicable, passed, unknown } from '../support/results';
import { trackedUses } from './breaking-uses';
import { type Pooler, poolersOf } from './poolers';

/** What libraries prepare by name, which PgBouncer keeps track of since 1.21: https://www.pgbouncer.org/config.html#max_prepared_statements */
export const preparedStatements: Check = {
  id: 'pgbouncer/prepared-statements',
  point: 'pgbouncer',
  title: 'Prepared statements work behind the pooler',
  needs: ['health', 'code'],
  judge(facts) {
    const { workspace } = facts;
    if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
    const uses = trackedUses(workspace).filter((use) => !isTold(use, workspace));
    const [pooler] = poolersOf(facts);
    if (uses.length === 0) {
      const says = 'No library that is used prepares statements by name, or it is told not to.';
      return pooler ? passed(says) : notApplicable(`No pooler is known. ${says}`);
    }
    const libraries = [...new Set(uses.map(({ library }) => library))].join(', ');
    const places = uses.map(({ path, range, text }) => ({ uri: path, range, message: text }));
    if (!pooler) {
      return notApplicable(
        `No pooler is known. Statements are prepared by ${libraries}: PgBouncer 1.21 or later keeps track of them.`,
        { places },
      );
    }
    if (pooler.mode === 'session')
      return passed(`In session mode what ${libraries} prepares stays with its client.`, { places });
    const known = pooler.maxPreparedStatements;
    const evidence =
      known === undefined
        ? []
        : [fact('max_prepared_statements', String(known), { raw: known, source: pooler.source })];
    if (known !== undefined && known > 0) {
      return passed(`${pooler.name} keeps track of ${known} prepared statements for each connection.`, { evidence });
    }
    const fixes = fixesFor(uses, facts, pooler);
    if (known === undefined) {
      const says = `Whether ${pooler.name} keeps track of what ${libraries} prepares is not known.`;
      return {
        ...unknown(says, [
          pooler.missing ?? 'Its version and max_prepared_statements are in no manifest of the workspace.',
        ]),
        places,
        fixes,
      };
    }
    return attention(
      `${pooler.name} does not keep track of prepared statements, and ${libraries} prepares them: “prepared statement does not exist”.`,
      { evidence, places, fixes },
    );
  },
};

/** Prisma's engine prepares nothing by name with `?pgbouncer=true`. */
function isTold({ library }: SessionUse, { deployment: { references = [] } }: WorkspaceFacts): boolean {
  const urls = references.filter(({ isUrl }) => isUrl);
  return library === 'prisma' && urls.length > 0 && urls.every(({ parameters }) => parameters.pgbouncer === 'true');
}

function fixesFor(uses: readonly SessionUse[], facts: GuideFacts, { kind }: Pooler): GuideFix[] {
  const tracking: CommandFix = {
    kind: 'command',
    title: 'Let PgBouncer keep track of prepared statements',
    command: `# pgbouncer.ini, section [pgbouncer]; PgBouncer 1.21 or later\nmax_prepared_statements = 200\n# then, in its console\npsql -h <host of PgBouncer> -p <port> pgbouncer -c RELOAD`,
    placeholders: ['<host of PgBouncer>: where it runs', '<port>: its listen_port'],
    note: 'In a container: the variable MAX_PREPARED_STATEMENTS (edoburu) or PGBOUNCER_MAX_PREPARED_STATEMENTS (bitnami), and a new rollout.',
  };
  return [...(kind === 'pgbouncer' ? [tracking] : []), ...withoutPrepare(uses, facts)];
}

/** postgres.js: `prepare: false` among the options. */
function withoutPrepare(uses: readonly SessionUse[], { workspace }: GuideFacts): EditFix[] {
  return uses.flatMap(({ library, path, range }): EditFix[] => {
    if (library !== 'postgres') return [];
    const pool = workspace?.pools.find(
      (one) => one.library === 'postgres' && one.path === path && one.range.start === range.start,
    );
    const edit = pool && addedOption(pool, 'prepare: false');
    if (!edit) return [];
    return [
      {
        kind: 'edit',
        title: 'Let postgres.js prepare no statements',
        edits: [edit],
        note: 'The server then plans each statement anew.',
      },
    ];
  });
}
