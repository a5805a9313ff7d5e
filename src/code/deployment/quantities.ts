const units: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** Kubernetes' quantities in bytes: `4Gi`, `512M`, `1e9`; of `512m`, thousandths of a byte, nothing. */
export function bytesOfQuantity(text: string | undefined): number | undefined {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?(?:e\d+)?)\s*([KMGT]i?|k)?\s*$/.exec(text ?? '') ?? [];
  return number === undefined ? undefined : Math.round(Number(number) * (units[unit.toLowerCase()] ?? 1));
}

/** Compose's in bytes, where all units are powers of 1024: `512m`, `1gb`. */
export function bytesOfCompose(text: string | undefined): number | undefined {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt])?i?b?\s*$/i.exec(text ?? '') ?? [];
  if (number === undefined) return undefined;
  return Math.round(Number(number) * (units[unit === '' ? '' : `${unit.toLowerCase()}i`] ?? 1));
}

/** `2`, `500m`, `0.5` */
export function coresOf(text: string | undefined): number | undefined {
  const [, number, isThousandth] = /^\s*(\d+(?:\.\d+)?)(m)?\s*$/.exec(text ?? '') ?? [];
  return number === undefined ? undefined : Number(number) / (isThousandth ? 1000 : 1);
}
