import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Opens the port, 0 for any free one, and answers with the URL. */
export async function listen(server: Server, port: number, address: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return `http://${address.includes(':') ? `[${address}]` : address}:${String(actual)}`;
}

/** Lets requests in hand finish for a while; connections that only wait are ended. */
export async function closeServer(server: Server, patienceMs = 10_000): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const impatient = setTimeout(() => {
    server.closeAllConnections();
  }, patienceMs);
  await closed;
  clearTimeout(impatient);
}
