/** A size of Amazon RDS. */
export interface InstanceClass {
  /** `db.m6g.xlarge` */
  readonly name: string;
  readonly family: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

const gigabyte = 1024 ** 3;

/** Of each family the gigabytes for a core; all sizes from `large` on have the same cores. */
const perCore = { m5: 4, m6g: 4, m6i: 4, m7g: 4, r5: 8, r6g: 8, r6i: 8, r7g: 8 } as const;
const sizes = [
  ['large', 2],
  ['xlarge', 4],
  ['2xlarge', 8],
  ['4xlarge', 16],
  ['8xlarge', 32],
  ['12xlarge', 48],
  ['16xlarge', 64],
] as const;
/** Two cores for a part of the time: they earn credits while they rest. */
const burstable = [
  ['micro', 2, 1],
  ['small', 2, 2],
  ['medium', 2, 4],
  ['large', 2, 8],
  ['xlarge', 4, 16],
  ['2xlarge', 8, 32],
] as const;

/**
 * A short table of current ones, PostgreSQL has more: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
 */
export const instanceClasses: readonly InstanceClass[] = [
  ...['t3', 't4g'].flatMap((family) =>
    burstable.map(([size, cores, memory]) => instanceClass(family, size, cores, memory)),
  ),
  ...Object.entries(perCore).flatMap(([family, memory]) =>
    sizes.map(([size, cores]) => instanceClass(family, size, cores, cores * memory)),
  ),
];

function instanceClass(family: string, size: string, cores: number, memory: number): InstanceClass {
  return { name: `db.${family}.${size}`, family, cores, memoryBytes: memory * gigabyte };
}

export function instanceClassOf(name: string | undefined): InstanceClass | undefined {
  return instanceClasses.find((one) => one.name === name);
}

/** Of the same processor: what a burstable one grows into, and the one with twice the memory for each core. */
const relatives: Readonly<Record<string, readonly string[]>> = {
  t3: ['m5', 'r5'],
  t4g: ['m6g', 'r6g'],
  m5: ['m5', 'r5'],
  m6g: ['m6g', 'r6g'],
  m6i: ['m6i', 'r6i'],
  m7g: ['m7g', 'r7g'],
};

export interface Size {
  readonly cores: number;
  readonly memoryBytes: number;
}

/**
 * The smallest that has so much; never a burstable one, which rests for most of the time. Of those that are proposed here Aurora
 * has the memory-optimized ones only. Undefined where the table has none so large.
 */
export function nextClass(
  need: Size,
  present: InstanceClass | undefined,
  options: { readonly isAurora: boolean },
): InstanceClass | undefined {
  const known = present ? (relatives[present.family] ?? [present.family]) : ['m6g', 'r6g'];
  const families = options.isAurora ? known.filter((family) => family.startsWith('r')) : known;
  return instanceClasses
    .filter(({ family, name }) => families.includes(family) && name !== present?.name)
    .filter(({ cores, memoryBytes }) => cores >= need.cores && memoryBytes >= need.memoryBytes)
    .sort((a, b) => a.cores - b.cores || a.memoryBytes - b.memoryBytes)[0];
}
