import { entry, numberOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';

const types: Readonly<Record<string, string>> = {
  AutoField: 'integer',
  BigAutoField: 'bigint',
  SmallAutoField: 'smallint',
  BigIntegerField: 'bigint',
  BinaryField: 'bytea',
  BooleanField: 'boolean',
  DateField: 'date',
  DateTimeField: 'timestamptz',
  DurationField: 'interval',
  FloatField: 'double precision',
  GenericIPAddressField: 'inet',
  IntegerField: 'integer',
  JSONField: 'jsonb',
  PositiveBigIntegerField: 'bigint',
  PositiveIntegerField: 'integer',
  PositiveSmallIntegerField: 'smallint',
  SmallIntegerField: 'smallint',
  TextField: 'text',
  TimeField: 'time',
  UUIDField: 'uuid',
};

/** Fields of text whose length is a default of the library. */
const lengths: Readonly<Record<string, number>> = {
  EmailField: 254,
  FileField: 100,
  ImageField: 100,
  SlugField: 50,
  URLField: 200,
};

/** The column's type in PostgreSQL; undefined for fields of other packages. */
export function columnType(field: string, options: Value | undefined): string | undefined {
  const known = types[field];
  if (known !== undefined) return known;
  const length = numberOf(entry(options, 'max_length')) ?? lengths[field];
  if (field === 'CharField' || lengths[field] !== undefined)
    return length === undefined ? 'varchar' : `varchar(${length})`;
  if (field !== 'DecimalField') return undefined;
  const [digits, places] = [numberOf(entry(options, 'max_digits')), numberOf(entry(options, 'decimal_places'))];
  return digits === undefined || places === undefined ? 'numeric' : `numeric(${digits}, ${places})`;
}
