import type { MaintenanceTask } from '../nouns/check';
import type { IndexFix } from '../nouns/fix';
import { Problem } from '../nouns/problem';
import type { Statement } from '../nouns/statement';
import { effectOf } from '../sql/statement-effect';
import { type BuildOptions, buildIndex } from './build-index/create-index';
import { type Verification, type VerifyRequest, verifyIndex } from './build-index/verify-index';
import { explainStatement, judgeStatement, refuseUnexplainable } from './explain-statement';
import { Gate, type GateOptions, type Transaction } from './gate';
import { type BloatRequest, readExactBloat } from './health/exact-bloat';
import type { Activity, Bloat, Health } from './health/health';
import { readActivity } from './health/read-activity';
import { readHealth } from './health/read-health';
import { HypoPg } from './hypopg';
import { type PreparedTask, prepareTask } from './maintenance/prepare-task';
import { type MaintainOptions, type MaintenanceOutcome, runMaintenance } from './maintenance/run-task';
import type { ExplainRequest, ExplainResult, Target } from './planner';
import type { ConnectionProfile } from './profile';
import { runStatement } from './run-statement';
import { SharedAnswer } from './shared-answer';
import type { Snapshot } from './snapshot';
import { readSnapshot } from './snapshot-reader/snapshot-reader';
import { readStatementCalls, type StatementCalls } from './statement-calls';
import { dangerousWhenPlanned, type PlanningDangers, refuseDangerousPlanning } from './trust/planning-trust';

export interface ServerFacts {
  /** server_version_num: 180004 */
  readonly version: number;
  readonly isReplica: boolean;
  readonly isSuperuser: boolean;
  readonly database: string;
  readonly user: string;
  /** Installed in this database: name → version. */
  readonly extensions: Readonly<Record<string, string>>;
}

/** Reading a large catalog may take longer than a query should, in ms. */
const snapshotMs = 60_000;
/** Of one section of the server's health. */
const healthMs = 15_000;
const exactBloatMs = 30_000;
const oldestVersion = 130000;

/** A person's database server, asked through the gate only. Every method rejects with a Problem. */
export class Server implements Target {
  readonly kind = 'server';
  readonly profile: ConnectionProfile;
  readonly #gate: Gate;
  #generation = 0;
  readonly #facts = new SharedAnswer<ServerFacts>();
  readonly #snapshot = new SharedAnswer<Snapshot>();
  #dangerous: PlanningDangers | undefined;

  constructor(options: GateOptions) {
    this.profile = options.profile;
    this.#gate = new Gate(options);
  }

  get label(): string {
    return this.#gate.label;
  }

  get key(): string {
    return `${this.profile.user} ${this.label}`;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Read once per generation. Problem 'unsupported' for a version before 13. */
  async facts(signal?: AbortSignal): Promise<ServerFacts> {
    return this.#facts.get(() => this.#readFacts(signal), signal);
  }

  /** Asks again although the server could not be reached a moment ago. */
  async test(signal?: AbortSignal): Promise<ServerFacts> {
    this.#gate.reset();
    this.#facts.forget();
    return this.facts(signal);
  }

  async explain(request: ExplainRequest): Promise<ExplainResult> {
    const { statement, mode, signal } = request;
    refuseUnexplainable(statement);
    const writes = mode === 'analyze' && !statement.readsOnly;
    if (writes && !request.confirmed) {
      throw new Problem(
        'needs-confirmation',
        `This statement ${effectOf(request.statement)}: analysing it runs it on ${this.label} and rolls it back.`,
      );
    }
    const { isReplica } = await this.facts(signal);
    if (writes && isReplica) {
      throw new Problem('read-only-server', `${this.label} is a read-only replica: it cannot run this statement.`, {
        hint: 'Explain it without running it.',
      });
    }
    if (writes) {
      await this.#gate.transaction({ access: 'read only', signal }, async (transaction) => {
        await this.#refuseDangerous(transaction, statement);
        await judgeStatement(transaction, request);
      });
    }
    return this.#gate.transaction({ access: writes ? 'rolled back' : 'read only', signal }, async (transaction) => {
      await this.#refuseDangerous(transaction, statement);
      return explainStatement(transaction, request);
    });
  }

  async #refuseDangerous({ query }: Transaction, statement: Statement): Promise<void> {
    this.#dangerous ??= await dangerousWhenPlanned(query);
    await refuseDangerousPlanning(query, statement, this.#dangerous);
  }

  async snapshot(signal?: AbortSignal): Promise<Snapshot> {
    const options = { access: 'read only', signal, statementMs: snapshotMs } as const;
    const read = () => this.#gate.transaction(options, ({ query }) => readSnapshot(query, signal));
    return this.#snapshot.get(read, signal);
  }

  /** What pg_stat_statements counted in this database, the statements that took most time first. */
  async statementCalls(most: number, signal?: AbortSignal): Promise<StatementCalls[]> {
    return this.#gate.transaction({ access: 'read only', signal }, ({ query }) => readStatementCalls(query, most));
  }

  /** How the server is, read anew each time. Sections that could not be read say so; `onPart` as in `readHealth`. */
  async health(signal?: AbortSignal, onPart?: (health: Health) => void): Promise<Health> {
    await this.facts(signal);
    return readHealth(this.#gate, { signal, statementMs: healthMs, ...(onPart && { onPart }) });
  }

  /** The part of `health` that is cheap to ask every few seconds. */
  async activity(signal?: AbortSignal): Promise<Activity> {
    await this.facts(signal);
    return readActivity(this.#gate, { signal });
  }

  /** Reads the table or index: only on request. */
  async exactBloat(request: BloatRequest, signal?: AbortSignal): Promise<Bloat> {
    const options = { access: 'read only', signal, statementMs: exactBloatMs } as const;
    return this.#gate.transaction(options, ({ query }) => readExactBloat(query, request));
  }

  /** The planner of the server itself with hypothetical indexes; undefined where HypoPG is not installed. */
  async hypotheticalPlanner(signal?: AbortSignal): Promise<HypoPg | undefined> {
    const { extensions } = await this.facts(signal);
    return extensions.hypopg === undefined ? undefined : new HypoPg(this.#gate);
  }

  /** Only from a fix that a person applied. Earlier answers do not hold afterwards, however it ended. */
  async createIndex(fix: IndexFix, options: BuildOptions): Promise<void> {
    const { isReplica } = await this.facts(options.signal);
    if (isReplica)
      throw new Problem('read-only-server', `${this.label} is a read-only replica: no index can be built.`);
    try {
      await buildIndex(this.#gate, fix, options);
    } finally {
      this.invalidate();
    }
  }

  /** Only when a person said yes to it. Earlier answers do not hold afterwards, however it ended. */
  async verifyIndex(request: VerifyRequest): Promise<Verification> {
    const { statement, signal } = request;
    refuseUnexplainable(statement);
    const { isReplica } = await this.facts(signal);
    if (isReplica)
      throw new Problem('read-only-server', `${this.label} is a read-only replica: no index can be built.`);
    try {
      return await verifyIndex(this.#gate, (transaction) => this.#refuseDangerous(transaction, statement), request);
    } finally {
      this.invalidate();
    }
  }

  /** Only a statement that a person has read and said yes to: what it does is kept. Earlier answers do not hold afterwards. */
  async run(sql: string, signal?: AbortSignal): Promise<void> {
    try {
      await runStatement(this.#gate, sql, signal);
    } finally {
      this.invalidate();
    }
  }

  /** What `maintain` would run, for a person to read; it refuses what that would refuse. */
  async prepare(task: MaintenanceTask, signal?: AbortSignal): Promise<PreparedTask> {
    await this.#mustBePrimary(signal);
    return prepareTask(this.#gate, task, signal);
  }

  /** Only when a person said yes to it. Earlier answers do not hold afterwards, however it ended. */
  async maintain(task: MaintenanceTask, options: MaintainOptions): Promise<MaintenanceOutcome> {
    await this.#mustBePrimary(options.signal);
    try {
      return await runMaintenance(this.#gate, task, options);
    } finally {
      this.invalidate();
    }
  }

  async #mustBePrimary(signal?: AbortSignal): Promise<void> {
    const { isReplica } = await this.facts(signal);
    if (isReplica) {
      throw new Problem('read-only-server', `${this.label} is a read-only replica: maintenance is its primary's.`);
    }
  }

  /** Earlier answers may no longer hold. */
  invalidate(): void {
    this.#generation++;
    this.#facts.forget();
    this.#dangerous = undefined;
    this.#snapshot.forget();
  }

  async dispose(): Promise<void> {
    this.#gate.dispose();
  }

  async #readFacts(signal?: AbortSignal): Promise<ServerFacts> {
    const facts = await this.#gate.transaction({ access: 'read only', signal }, async ({ query }) => {
      const [row] = await query<ServerFacts>(
        `SELECT current_setting('server_version_num')::int AS version, pg_is_in_recovery() AS "isReplica",
           current_setting('is_superuser') = 'on' AS "isSuperuser", current_database() AS database,
           current_user::text AS user,
           (SELECT coalesce(json_object_agg(extname, extversion), '{}') FROM pg_extension) AS extensions`,
      );
      return row;
    });
    if (typeof facts?.version !== 'number') {
      throw new Problem('not-understood', `${this.label} answers, but not as PostgreSQL does.`);
    }
    if (facts.version < oldestVersion) {
      const major = Math.floor(facts.version / 10000);
      throw new Problem('unsupported', `${this.label} is PostgreSQL ${major}; Planlight needs 13 or later.`);
    }
    return facts;
  }
}
