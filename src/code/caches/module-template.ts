import { codecTemplate } from './codec-template';

/** What stands between « and » is TypeScript's alone; lines behind #prisma are for programs with Prisma. */
export const moduleTemplate = `%IMPORTS%

// Answers of queries, kept in Redis for a while.
//
//   await cache.read({ key: ['postById', id], tables: ['posts'], seconds: 60 }, async () => query(id));
//   await cache.changing(['posts'], async () => update(id));
//
// Each table has a version. An answer is kept with the versions that its tables had before it was asked for, and counts
// only while they are the same; changing() gives the tables new ones. So nobody has to know which keys a write touches,
// and whoever reads after a write has ended gets what was written. Where Redis cannot be reached, the query is sent.

// In ms: Redis answers in less than one; a program does not wait longer for one that does not.
const patience = 250;
// In ms: so long one that did not answer is left alone.
const restTime = 1000;
// In ms: a process that loads an answer keeps a lock for it, and renews it; one that died lets go after this time.
const lockTime = 2000;
// In ms: so long the others wait for the process that loads. Then they ask the database themselves.
const longestWait = 30000;
const pollTime = 20;
// In characters: greater answers are sent, not kept.
const largest = 1000000;

«type Client = ReturnType<typeof createClient>;

interface Question {
  // What the answer depends on, the name of the query first.
  key: readonly unknown[];
  // All tables that it is read from.
  tables: readonly string[];
  // How long an answer may be kept.
  seconds: number;
}

interface Seen {
  text: string | undefined;
  versions: string;
}

»class NotKept extends Error {}

const tooLate = Symbol('too late');

class CacheService {
  «private readonly »url«: string | undefined»;
  «private readonly »prefix«: string»;
«  private client: Client | undefined;
  private connecting: Promise<unknown> | undefined;
»  «private readonly »loads = new Map«<string, Promise<string | undefined>>»();
  // Changes in this process, and those that Redis was not told of.
  «private readonly »changes = new Map«<string, number>»();
  «private readonly »untold = new Map«<string, number>»();
  «private readonly »warned = new Set«<string>»();
  «private »isAway = false;
  «private »restsUntil = 0;

  constructor(url«?: string», prefix«: string» = 'cache') {
    this.url = url;
    this.prefix = prefix;
  }

  // The answer that is kept, else that of load(), which is sent once however many ask.
  async read«<T>»({ key, tables, seconds }«: Question», load«: () => Promise<T>»)«: Promise<T>» {
    const id = this.open() && this.keyOf(key);
    if (id === undefined) return load();
    const seen = await this.look(id, tables);
    if (seen?.text === notKept) return load();
    if (seen?.text !== undefined) return decode(seen.text)« as T»;
    let own«: { value: T } | undefined»;
    const flight = [id, seen?.versions, ...tables.map((table) => this.changes.get(table) ?? 0)].join(' ');
    let loading = this.loads.get(flight);
    if (!loading) {
      loading = this.fill(id, { key, tables, seconds }, seen, async () => {
        own = { value: await load() };
        return own.value;
      }).finally(() => this.loads.delete(flight));
      this.loads.set(flight, loading);
    }
    const text = await loading;
    if (text !== undefined) return decode(text)« as T»;
    // What cannot be kept is what load() gave.
    return own ? own.value : load();
  }

  // Whatever is kept of these tables counts no more once the write has ended, well or not.
  async changing«<T>»(tables«: readonly string[]», write«: () => Promise<T>»)«: Promise<T>» {
    try {
      return await write();
    } finally {
      for (const table of tables) {
        const count = (this.changes.get(table) ?? 0) + 1;
        this.changes.set(table, count);
        if (this.open()) this.untold.set(table, count);
      }
      await this.tell();
    }
  }

  async close() {
    if (this.client?.isOpen) await this.client.disconnect();
  }

  // Made with the first question: by then the program has read its environment.
  «private »open()«: Client | undefined» {
    const url = this.url ?? process.env.REDIS_URL;
    if (this.client || !url) return this.client;
    this.client = createClient({
      url,
      // While it is away, commands fail at once.
      disableOfflineQueue: true,
      socket: { connectTimeout: 2000, reconnectStrategy: (retries«: number») => Math.min(50 * (retries + 1), 2000) },
    });
    this.client.on('error', (error«: Error») => this.away(error));
    this.client.on('ready', () => {
      this.isAway = false;
      void this.tell();
    });
    return this.client;
  }

  // Undefined: Redis does not know, or cannot be asked.
  «private »async look(id«: string», tables«: readonly string[]»)«: Promise<Seen | undefined>» {
    if (!(await this.tell())) return undefined;
    const names = tables.map((table) => this.versionOf(table));
    const found = await this.ask((client) => client.mGet([id, ...names]));
    if (!found) return undefined;
    const [kept, ...versions] = found;
    for (const [i, name] of names.entries()) {
      if (versions[i]) continue;
      const made = randomUUID();
      await this.ask((client) => client.set(name, made, { NX: true }));
      versions[i] = (await this.ask((client) => client.get(name))) ?? null;
      if (versions[i] === null) return undefined;
    }
    const all = versions.join(' ');
    const end = kept ? kept.indexOf('|') : -1;
    return { text: kept && kept.slice(0, end) === all ? kept.slice(end + 1) : undefined, versions: all };
  }

  // One process loads it, the others wait until it is there. Undefined: the answer cannot be kept.
  «private »async fill(
    id«: string»,
    { key, tables, seconds }«: Question»,
    first«: Seen | undefined»,
    load«: () => Promise<unknown>»,
  )«: Promise<string | undefined>» {
    const lock = id + ':lock';
    const token = randomUUID();
    const until = Date.now() + longestWait;
    let seen = first;
    let isOurs = false;
    while (seen && !isOurs && Date.now() < until) {
      const taken = await this.ask((client) => client.set(lock, token, { NX: true, PX: lockTime }));
      isOurs = taken === 'OK';
      if (taken === undefined) break;
      if (!isOurs) await new Promise((resolve) => setTimeout(resolve, pollTime));
      seen = await this.look(id, tables);
      if (seen?.text !== undefined) break;
    }
    const own = (script«: string») => this.ask((client) => client.eval(script, { keys: [lock], arguments: [token] }));
    const renewing = setInterval(() => isOurs && Date.now() < until && void own(renew), lockTime / 3);
    try {
      if (seen?.text !== undefined) return seen.text === notKept ? undefined : seen.text;
      const text = this.textOf(await load(), key);
      if (seen) {
        const isKept = text !== undefined && text.length <= largest;
        const kept = seen.versions + '|' + (isKept ? text : notKept);
        await this.ask((client) => client.set(id, kept, { PX: Math.ceil(seconds * 1000) }));
      }
      return text;
    } finally {
      clearInterval(renewing);
      if (isOurs) await own(unlock);
    }
  }

  // Undefined, and a warning, where it cannot be kept.
  «private »textOf(value«: unknown», key«: readonly unknown[]»)«: string | undefined» {
    try {
      const text = encode(value);
      if (text.length > largest) this.warn(key, 'it has ' + text.length + ' characters');
      return text;
    } catch (error) {
      if (!(error instanceof NotKept)) throw error;
      this.warn(key, error.message);
      return undefined;
    }
  }

  // Once for each query.
  «private »warn([name]«: readonly unknown[]», why«: string») {
    if (this.warned.has(String(name))) return;
    this.warned.add(String(name));
    console.warn('The cache does not keep ' + String(name) + ': ' + why);
  }

  // False where Redis does not know yet of all that this process changed: what it keeps is not to be trusted then.
  «private »async tell()«: Promise<boolean>» {
    const changes = [...this.untold];
    if (changes.length === 0) return true;
    const versions = Object.fromEntries(changes.map(([table]) => [this.versionOf(table), randomUUID()]));
    const told = await this.ask((client) => client.mSet(versions));
    if (told === undefined) return false;
    // What was changed meanwhile is still to be told.
    for (const [table, count] of changes) if (this.untold.get(table) === count) this.untold.delete(table);
    return this.untold.size === 0;
  }

  // Undefined where Redis is away or takes too long; never throws.
  «private »async ask«<T>»(command«: (client: Client) => Promise<T>»)«: Promise<T | undefined>» {
    const client = this.open();
    if (!client || Date.now() < this.restsUntil) return undefined;
    let timer«: NodeJS.Timeout | undefined»;
    const late = new Promise«<typeof tooLate>»((resolve) => {
      timer = setTimeout(() => resolve(tooLate), patience);
    });
    try {
      if (!this.connecting) {
        this.connecting = client.connect().catch((error«: Error») => this.away(error));
        // A program that has nothing else to do may end.
        client.unref();
        await Promise.race([this.connecting, late]);
      } else if (!client.isReady && !this.isAway) await Promise.race([this.connecting, late]);
      if (!client.isReady) return undefined;
      const answer = await Promise.race([command(client), late]);
      if (answer === tooLate) throw new Error('no answer within ' + patience + ' ms');
      this.isAway = false;
      return answer;
    } catch (error) {
      this.restsUntil = Date.now() + restTime;
      this.away(error);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  «private »away(error«: unknown») {
    if (!this.isAway) console.warn('The cache cannot be reached, queries go to the database:', String(error));
    this.isAway = true;
  }

  «private »versionOf(table«: string»)«: string» {
    return this.prefix + ':version:' + table;
  }

  // Undefined for what no key can be made of.
  «private »keyOf(key«: readonly unknown[]»)«: string | undefined» {
    try {
      const hash = createHash('sha256').update(encode(key, true)).digest('hex').slice(0, 32);
      return [this.prefix, String(key[0]), hash].join(':');
    } catch (error) {
      if (!(error instanceof NotKept)) throw error;
      this.warn(key, 'in what it depends on, ' + error.message);
      return undefined;
    }
  }
}

// In the place of an answer that cannot be kept, so that nobody waits for it.
const notKept = '';

// Whoever holds the lock may remove or renew it, and nobody else.
const unlock = 'if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0';
const renew = unlock.replace('"del", KEYS[1]', '"pexpire", KEYS[1], ' + lockTime);

${codecTemplate}const cache = new CacheService();

%EXPORTS%
`;
