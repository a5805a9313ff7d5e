/** How the module of a cache keeps answers as text, in the language of `moduleTemplate`. */
export const codecTemplate = `// JSON that keeps what JSON loses: undefined, NaN, bigint, Date, bytes. Rows of Sequelize become plain objects.
#prisma // So is Decimal of Prisma.
// What is of another class is not kept.
function encode(value«: unknown», isKey«: boolean» = false)«: string» {
  return JSON.stringify(packed(value, isKey, 0));
}

function packed(value«: unknown», isKey«: boolean», depth«: number»)«: unknown» {
  if (depth > 50) throw new NotKept('it is more than 50 levels deep');
  if (value === undefined) return { $: 'undefined' };
  if (typeof value === 'bigint') return { $: 'bigint', v: String(value) };
  if (typeof value === 'number' && !Number.isFinite(value)) return { $: 'number', v: String(value) };
  if (typeof value === 'function' || typeof value === 'symbol') throw new NotKept('there is a ' + typeof value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return { $: 'date', v: value.getTime() };
  if (value instanceof Uint8Array) {
    return { $: Buffer.isBuffer(value) ? 'buffer' : 'bytes', v: Buffer.from(value).toString('base64') };
  }
#prisma   if (Prisma.Decimal.isDecimal(value)) return { $: 'decimal', v: value.toString() };
  const prototype = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    if (prototype !== Array.prototype) throw new NotKept(ofClass(value));
    return value.map((one) => packed(one, isKey, depth + 1));
  }
  if (!isKey && 'dataValues' in value && 'get' in value && typeof value.get === 'function') {
    return packed(value.get({ plain: true }), isKey, depth + 1);
  }
  if (prototype !== Object.prototype && prototype !== null) throw new NotKept(ofClass(value));
  const entries = Object.entries(value).map(([name, one]) => [name, packed(one, isKey, depth + 1)]« as const»);
  const symbols = isKey ? Object.getOwnPropertySymbols(value) : [];
  if (symbols.length > 0) {
    const more = symbols.map((name) => [String(name), packed(Reflect.get(value, name), isKey, depth + 1)]);
    return { $: 'symbols', v: entries, more };
  }
  return '$' in value ? { $: 'object', v: entries } : Object.fromEntries(entries);
}

function ofClass(value«: object»)«: string» {
  return 'there is an object of class ' + value.constructor.name;
}

function decode(text«: string»)«: unknown» {
  return unpacked(JSON.parse(text));
}

function unpacked(value«: any»)«: unknown» {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unpacked);
  switch (value.$) {
    case undefined:
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unpacked(one)]));
    case 'bigint':
      return BigInt(value.v);
    case 'number':
      return Number(value.v);
#prisma     case 'decimal':
#prisma       return new Prisma.Decimal(value.v);
    case 'date':
      return new Date(value.v ?? Number.NaN);
    case 'buffer':
      return Buffer.from(value.v, 'base64');
    case 'bytes':
      return new Uint8Array(Buffer.from(value.v, 'base64'));
    case 'object':
      return Object.fromEntries(value.v.map(([name, one]«: [string, unknown]») => [name, unpacked(one)]));
    default:
      return undefined;
  }
}

`;
