import net from 'node:net';

/** Something that listens and is no PostgreSQL, or stands between us and one. */
export interface FakeServer {
  readonly port: number;
  /** How many connections were ever made. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export function startFakeServer(onConnection: (socket: net.Socket) => void): Promise<FakeServer> {
  const sockets = new Set<net.Socket>();
  let count = 0;
  const server = net.createServer((socket) => {
    count++;
    sockets.add(socket);
    socket.on('error', () => undefined); // The client hangs up on us, rightly.
    socket.on('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        port: (server.address() as net.AddressInfo).port,
        connections: () => count,
        close: () =>
          new Promise((closed) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => closed());
          }),
      });
    });
  });
}

/** A connection to the real server that lives as long as the client's. */
function connected(client: net.Socket, target: { host: string; port: number }): net.Socket {
  const upstream = net.connect(target.port, target.host);
  upstream.on('error', () => client.destroy());
  upstream.on('close', () => client.destroy());
  client.on('close', () => upstream.destroy());
  return upstream;
}

/** Passes everything on to a real server, until the client sends `trigger`: then `then` happens instead. */
export function startProxy(
  target: { host: string; port: number },
  trigger: string,
  then: (client: net.Socket, server: net.Socket) => void,
): Promise<FakeServer> {
  return startFakeServer((client) => {
    const upstream = connected(client, target);
    upstream.pipe(client);
    client.on('data', (data) => {
      if (data.includes(trigger)) then(client, upstream);
      else upstream.write(data);
    });
  });
}

/** Passes everything on, with one text of the server's put in the place of another of the same length. */
export function startRewritingProxy(
  target: { host: string; port: number },
  text: string,
  replacement: string,
): Promise<FakeServer> {
  return startFakeServer((client) => {
    const upstream = connected(client, target);
    client.pipe(upstream);
    upstream.on('data', (data) => {
      client.write(Buffer.from(data.toString('latin1').replaceAll(text, replacement), 'latin1'));
    });
  });
}
