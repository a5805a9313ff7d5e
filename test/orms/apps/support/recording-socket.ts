import net from 'node:net';
import { port, sent } from './recording-server';

type Listener = (event: { data?: Uint8Array }) => void;

/** A WebSocket to the recording server, whatever address it is given. */
export class RecordingSocket {
  binaryType = 'arraybuffer';
  readyState = 0;
  readonly #listeners = new Map<string, Listener[]>();
  readonly #socket: net.Socket;

  constructor() {
    this.#socket = net.connect(port, '127.0.0.1', () => {
      this.readyState = 1;
      this.#emit('open', {});
    });
    this.#socket.unref();
    this.#socket.on('data', (data) => this.#emit('message', { data: new Uint8Array(data).buffer as never }));
    this.#socket.on('close', () => {
      this.readyState = 3;
      this.#emit('close', {});
    });
    this.#socket.on('error', () => this.#emit('error', {}));
  }

  addEventListener(name: string, listener: Listener): void {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
  }

  removeEventListener(name: string, listener: Listener): void {
    this.#listeners.set(
      name,
      (this.#listeners.get(name) ?? []).filter((each) => each !== listener),
    );
  }

  send(data: Uint8Array): void {
    this.#socket.write(data);
  }

  close(): void {
    this.#socket.end();
  }

  #emit(name: string, event: { data?: Uint8Array }): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(event);
  }
}

/** Neon's endpoint for SQL over HTTP. */
export async function recordingFetch(_url: unknown, init: { body: string }): Promise<Response> {
  const body = JSON.parse(init.body) as { query?: string; params?: unknown[]; queries?: { query: string; params: unknown[] }[] };
  const queries = body.queries ?? [{ query: body.query ?? '', params: body.params ?? [] }];
  for (const { query, params } of queries) sent.push({ sql: query, parameters: params });
  const result = { fields: [{ name: 'id', dataTypeID: 23 }], rows: [['1']], command: 'SELECT', rowCount: 1, rowAsArray: true };
  return new Response(JSON.stringify(body.queries === undefined ? result : { results: queries.map(() => result) }), {
    headers: { 'content-type': 'application/json' },
  });
}
