import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What a request looked like when it arrived. */
export interface Arrival {
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: number;
  /** How many connections the service had taken by then. */
  readonly connections: number;
}

/** A server in the place of a service, which answers with what has arrived. */
export interface EchoService {
  readonly port: number;
  readonly arrivals: readonly Arrival[];
  /** From now on takes requests and breaks the connection. */
  breakOff(): void;
  close(): Promise<void>;
}

/** Starts such a server on loopback. */
export async function startEchoService(service: string): Promise<EchoService> {
  const arrivals: Arrival[] = [];
  const sockets = new Set<Socket>();
  let breaks = false;
  let connections = 0;
  const server = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // Imports answer while they still read.
      if (request.url?.includes('/import') === true && !response.headersSent) response.writeHead(200).write(' ');
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const arrival: Arrival = { service, method, url, headers, bytes, connections };
      arrivals.push(arrival);
      if (breaks) request.socket.destroy();
      else if (response.headersSent) response.end(JSON.stringify(arrival));
      else response.writeHead(200, { 'content-type': 'application/json', etag: '"7"' }).end(JSON.stringify(arrival));
    });
  });
  server.keepAliveTimeout = 72_000;
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    arrivals,
    breakOff: () => {
      breaks = true;
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
