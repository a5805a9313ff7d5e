import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client without TLS and a PostgreSQL server, and keeps the text of every statement that passes. */
export class RecordingProxy {
  readonly statements: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** `at`: the port to listen at, such as that of one that was stopped; else a free one. */
  static async start(host: string, port: number, at = 0): Promise<RecordingProxy> {
    const server = createServer();
    const proxy = new RecordingProxy(server);
    server.on('connection', (client) => proxy.#connect(client, connect(port, host)));
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #connect(client: Socket, server: Socket): void {
    let received = Buffer.alloc(0);
    let isStarted = false;
    client.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      // The first message (start-up, or a request to cancel) has no type in front of its length.
      for (;;) {
        const head = isStarted ? 1 : 0;
        if (received.length < head + 4) return;
        const length = received.readInt32BE(head);
        if (received.length < head + length) return;
        if (isStarted) this.#note(received.toString('latin1', 0, 1), received.subarray(5, 1 + length));
        isStarted = true;
        received = received.subarray(head + length);
      }
    });
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    }
    client.pipe(server);
    server.pipe(client);
  }

  /** `Q`: the text; `P`: the name of the prepared statement, the text, its parameters' types. */
  #note(type: string, body: Buffer): void {
    const texts = body.toString('utf8').split('\0');
    if (type === 'Q') this.statements.push(texts[0] ?? '');
    if (type === 'P') this.statements.push(texts[1] ?? '');
  }
}
