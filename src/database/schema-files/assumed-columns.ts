import { arrayText } from '../array-text';
import type { ColumnStatistics, SnapshotColumn } from '../snapshot';

export interface ColumnFacts {
  readonly rows: number;
  /** The newest of the dates that tell when something happened. */
  readonly today: Date;
  /** Alone in a primary or unique key. */
  readonly isKey: boolean;
  readonly isReference: boolean;
  /** Of an enum. */
  readonly labels: readonly string[] | undefined;
}

/** Names are read as words with underscores between: `createdAt` is `created_at`. */
const fewValued =
  /(?:^|_)(?:status|state|type|kind|role|category|level|priority|gender|currency|locale|lang|language|visibility|plan|tier|mode|severity|stage|format|theme|method)$/;
const someValued =
  /(?:^|_)(?:country|region|city|browser|os|device|platform|provider|source|medium|color|icon|timezone|time_zone|brand|department|unit|scope|year|month|weekday|rating)(?:_code)?$/;
const isReferenceName = /._(?:id|by)$/;
/** Numbers that another program gave, each once. */
const isForeignNumber =
  /(?:^|_)(?:external|transaction|message|request|trace|correlation|stripe\w*|checkout\w*|tracking)_id$/;
const uniqueNames =
  /^(?:id|key)$|(?:^|_)(?:e?mail|slug|token|uuid|guid|username|login|url|hash|sku|isbn|(?:api|access|secret|private|public|idempotency)_key)$/;
const longText = /(?:^|_)(?:body|content|text|description|bio|html|markdown|message|notes?|summary)$/;
const mostlyNull =
  /^(?:deleted|removed|archived|cancell?ed|banned|suspended|expired|revoked|locked|blocked|disabled)(?:_(?:at|on|date))?$/;
const mostlyFalse =
  /^(?:is_|was_)?(?:deleted|removed|archived|cancell?ed|banned|suspended|expired|revoked|locked|blocked|disabled|spam|admin|staff|superuser)$/;
const rising = /^(?:created|inserted|published|posted|occurred|logged|registered|joined|received|sent)/;
const toCome =
  /(?:^|_)(?:expires?|expiry|expiration|due|until|ends?|starts?|begins?|scheduled|next|deadline|renews?|valid_to)(?:_|$)/;

/** What is assumed of a column by its keys, its type and its name, in this order; docs/what-if.md has the table. */
export function assumeColumn(column: SnapshotColumn, facts: ColumnFacts): ColumnStatistics {
  const { rows } = facts;
  const type = bareType(column.type);
  const name = words(column.name);
  const averageWidth = facts.labels ? 4 : assumedWidth(column, type, name);
  const nullFraction = column.notNull || facts.isKey ? 0 : mostlyNull.test(name) ? 0.95 : 0.1;
  const plain = { nullFraction, averageWidth };
  const some = (most: number): number => Math.max(1, Math.min(most, rows));
  if (facts.isKey) {
    return isInteger(type)
      ? {
          ...plain,
          distinct: -1,
          correlation: 1,
          histogramBounds: histogram((share) => String(1 + Math.round(share * Math.max(0, rows - 1)))),
        }
      : { ...plain, distinct: -1 };
  }
  if (facts.isReference) return { ...plain, distinct: Math.max(1, Math.round(rows / 10)) };
  if (type === 'boolean') {
    return { ...plain, ...common(['f', 't'], mostlyFalse.test(name) ? [0.95, 0.05] : [0.5, 0.5], nullFraction) };
  }
  if (facts.labels && facts.labels.length > 0) {
    const { labels } = facts;
    return {
      ...plain,
      ...common(
        labels,
        labels.map(() => 1 / labels.length),
        nullFraction,
      ),
    };
  }
  if (/^(?:timestamp|date)/.test(type)) {
    const isDate = type === 'date';
    const until = toCome.test(name) ? new Date(facts.today.getTime() + oneYear) : facts.today;
    return {
      ...plain,
      distinct: isDate ? some(730) : -(1 - nullFraction),
      correlation: rising.test(name) ? 0.95 : 0,
      histogramBounds: histogram((share) => dateText(until, share, isDate)),
    };
  }
  if (/^json|\[\]$/.test(type)) return { ...plain, distinct: -0.5 * (1 - nullFraction) };
  if (fewValued.test(name)) return { ...plain, distinct: some(5) };
  if (someValued.test(name) || /^character\([1-3]\)$/.test(column.type)) return { ...plain, distinct: some(100) };
  const isUnique = isForeignNumber.test(name) || uniqueNames.test(name) || longText.test(name);
  if (isUnique) return { ...plain, distinct: -(1 - nullFraction) };
  // Not every foreign key is declared.
  if (isReferenceName.test(name)) return { ...plain, distinct: Math.max(1, Math.round(rows / 10)) };
  return { ...plain, distinct: (type === 'uuid' ? -1 : -0.5) * (1 - nullFraction) };
}

const isInteger = (type: string): boolean => /^(?:smallint|integer|bigint)$/.test(type);

/** `createdAt`, `CREATED_AT` → `created_at` */
function words(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
}

function common(
  values: readonly string[],
  shares: readonly number[],
  nullFraction: number,
): Pick<ColumnStatistics, 'distinct' | 'mostCommonValues' | 'mostCommonFrequencies'> {
  return {
    distinct: values.length,
    mostCommonValues: arrayText(values),
    mostCommonFrequencies: `{${shares.map((share) => (share * (1 - nullFraction)).toFixed(6)).join(',')}}`,
  };
}

/** 101 bounds, as ANALYZE makes with the default statistics target. */
function histogram(value: (share: number) => string): string {
  return arrayText([...new Set(Array.from({ length: 101 }, (_, i) => value(i / 100)))]);
}

const oneYear = 365 * 24 * 3_600_000;

/** Over two years. */
function dateText(until: Date, share: number, isDate: boolean): string {
  const iso = new Date(until.getTime() - 2 * oneYear * (1 - share)).toISOString();
  return isDate ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}+00`;
}

/** `character varying(20)` → `character varying`; `app."Mood"` → `Mood` */
export function bareType(type: string): string {
  const bare = type.replace(/\(.*\)/, '').trim();
  const unqualified = /^(?:"(?:[^"]|"")+"|[\w$]+)\.(.+)$/.exec(bare)?.[1] ?? bare;
  return unqualified.replace(/^"(.*)"$/, '$1').replaceAll('""', '"');
}

const lengths: Readonly<Record<string, number>> = {
  boolean: 1,
  smallint: 2,
  integer: 4,
  real: 4,
  date: 4,
  bigint: 8,
  'double precision': 8,
  'timestamp without time zone': 8,
  'timestamp with time zone': 8,
  'time without time zone': 8,
  interval: 16,
  uuid: 16,
};

export const typeLength = (type: string): number => lengths[bareType(type)] ?? -1;

function assumedWidth(column: SnapshotColumn, type: string, name: string): number {
  const length = lengths[type];
  if (length !== undefined) return length;
  if (/^jsonb?$/.test(type)) return 200;
  if (/\[\]$/.test(type)) return 60;
  if (/^numeric/.test(type)) return 6;
  const limit = Number(/\((\d+)\)/.exec(column.type)?.[1] ?? Number.POSITIVE_INFINITY);
  return Math.min(limit, longText.test(name) ? 500 : 24);
}
