import net from 'node:net';

/** A server that speaks PostgreSQL's protocol, keeps what it is sent and answers with one row. Connections end with the process. */
export const sent: { sql: string; parameters: readonly unknown[] }[] = [];

const columns = [
  ['id', 23, '1'],
  ['email', 25, 'a@example.com'],
  ['title', 25, 'Hello'],
  ['author_id', 23, '2'],
  ['count', 25, '3'],
] as const;

const isControl = /^\s*(?:begin|commit|rollback|savepoint|release|start transaction|set |discard|deallocate|close)/i;
const givesRows = /^\s*(?:\/\*.*?\*\/|--[^\n]*\n)*\s*\(*(?:select|with|values|table|show)\b|\breturning\b/i;

function message(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const text = (value: string) => Buffer.from(`${value}\0`);
const int16 = (value: number) => Buffer.from([(value >> 8) & 255, value & 255]);
const int32 = (value: number) => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
};
const ready = message('Z', Buffer.from('I'));

function rowDescription(): Buffer {
  const fields = columns.map(([name, type]) =>
    Buffer.concat([text(name), int32(0), int16(0), int32(type), int16(-1), int32(-1), int16(0)]),
  );
  return message('T', int16(columns.length), ...fields);
}

function dataRow(): Buffer {
  const values = columns.map(([, , value]) => Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]));
  return message('D', int16(columns.length), ...values);
}

function tagOf(sql: string): string {
  const word = (/\b(insert|update|delete|merge|select|with|values)\b/i.exec(sql)?.[1] ?? 'select').toUpperCase();
  return word === 'INSERT' ? 'INSERT 0 1' : word === 'WITH' || word === 'VALUES' ? 'SELECT 1' : `${word} 1`;
}

function parameterCount(sql: string): number {
  return Math.max(0, ...[...sql.matchAll(/\$(\d+)/g)].map((match) => Number(match[1])));
}

function serve(socket: net.Socket): void {
  let buffer = Buffer.alloc(0);
  let isStarted = false;
  let current = '';
  const named = new Map<string, string>();
  const record = (sql: string) => {
    // What a driver asks for itself.
    if (/\bfrom pg_type\b/i.test(sql)) return;
    if (!isControl.test(sql) && sql.trim() !== '') sent.push({ sql, parameters: [] });
  };
  socket.unref();
  socket.on('error', () => {});
  socket.on('data', (data) => {
    buffer = Buffer.concat([buffer, data]);
    for (;;) {
      if (!isStarted) {
        if (buffer.length < 8) return;
        const length = buffer.readInt32BE(0);
        if (buffer.length < length) return;
        const code = buffer.readInt32BE(4);
        buffer = buffer.subarray(length);
        if (code === 80877103) {
          socket.write('N');
          continue;
        }
        isStarted = true;
        socket.write(
          Buffer.concat([
            message('R', int32(0)),
            message('S', text('server_version'), text('16.0')),
            message('S', text('client_encoding'), text('UTF8')),
            message('K', int32(1), int32(2)),
            ready,
          ]),
        );
        continue;
      }
      if (buffer.length < 5) return;
      const type = String.fromCharCode(buffer[0]!);
      const length = buffer.readInt32BE(1);
      if (buffer.length < length + 1) return;
      const body = buffer.subarray(5, length + 1);
      buffer = buffer.subarray(length + 1);
      const parts = body.toString('utf8').split('\0');
      switch (type) {
        case 'Q': {
          const sql = parts[0] ?? '';
          // As the server does, each statement of a text by itself.
          const statements = sql.split(/;\s*(?=\w)/).filter((each) => each.trim() !== '');
          for (const each of statements) record(each);
          for (const each of statements) {
            if (givesRows.test(each)) socket.write(Buffer.concat([rowDescription(), dataRow()]));
            socket.write(message('C', text(tagOf(each))));
          }
          socket.write(ready);
          break;
        }
        case 'P':
          named.set(parts[0] ?? '', parts[1] ?? '');
          current = parts[1] ?? '';
          socket.write(message('1'));
          break;
        case 'D': {
          if (body[0] === 83) {
            current = named.get(body.toString('utf8', 1).split('\0')[0] ?? '') ?? current;
            const count = parameterCount(current);
            socket.write(message('t', int16(count), ...Array.from({ length: count }, () => int32(0))));
          }
          socket.write(givesRows.test(current) ? rowDescription() : message('n'));
          break;
        }
        case 'B':
          current = named.get(parts[1] ?? '') ?? current;
          record(current);
          socket.write(message('2'));
          break;
        case 'E':
          if (givesRows.test(current)) socket.write(dataRow());
          socket.write(message('C', text(tagOf(current))));
          break;
        case 'C':
          socket.write(message('3'));
          break;
        case 'S':
          socket.write(ready);
          break;
        case 'X':
          socket.end();
          return;
        default:
          break;
      }
    }
  });
}

const server = net.createServer(serve);
// Without a host it listens at once.
server.listen(0);
server.unref();

export const port = (server.address() as net.AddressInfo).port;
export const url = `postgres://user:secret@127.0.0.1:${port}/blog`;
