import { connect, createServer, type Socket } from 'node:net';
import { LocalStackError } from '../errors.js';
import { becomes } from './identity.js';

const LOOPBACK = '127.0.0.1';
const ANSWER_LIMIT_MS = 2_000;
const CLOSING_LIMIT_MS = 5_000;

/** Ports that nobody uses at this moment, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const probes = await Promise.all(Array.from({ length: count }, () => listenAnywhere()));
  await Promise.all(probes.map(({ close }) => close()));
  return probes.map(({ port }) => port);
}

/** Whether somebody listens on a port of this machine. */
export async function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(true) : reject(error),
    );
    probe.listen(port, LOOPBACK, () => probe.close(() => resolve(false)));
  });
}

/** Whether nobody listens on a port any more: that of a killed process closes a moment after it is gone. */
export async function becomesFree(port: number): Promise<boolean> {
  return becomes(async () => !(await isTaken(port)), CLOSING_LIMIT_MS);
}

/** Fails when somebody listens on one of the ports: whoever it is might be taken for the program to be started. */
export async function requireFree(name: string, ports: readonly number[]): Promise<void> {
  for (const port of ports)
    if (!(await becomesFree(port))) throw new LocalStackError(`${name} cannot be started: its port ${port} is taken`);
}

/** Sends bytes and gives back what was answered first; undefined when nobody answers. */
export async function ask(port: number, request: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket: Socket = connect({ port, host: LOOPBACK }, () => socket.write(request));
    const finish = (answer: Buffer | undefined) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_LIMIT_MS, () => finish(undefined));
    socket.once('data', finish);
    socket.once('error', () => finish(undefined));
    socket.once('close', () => finish(undefined));
  });
}

async function listenAnywhere(): Promise<{ port: number; close: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, LOOPBACK, () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve({ port, close: () => new Promise((closed) => probe.close(() => closed())) });
    });
  });
}
