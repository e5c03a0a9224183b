import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { Exchange, FaultGate, type GateControl } from './fault-gate.js';
import { PASS, type FaultMode } from './fault-mode.js';

/** Where a proxy listens or goes to. */
export interface Endpoint {
  readonly host?: string;
  readonly port: number;
}

export interface FaultProxyOptions {
  /** Port 0 takes any free one. The host is loopback unless given. */
  readonly listen: Endpoint;
  readonly target: Endpoint;
}

/** A TCP proxy that can be told to fail, while connections are open. */
export interface FaultProxy {
  readonly port: number;
  readonly mode: FaultMode;
  /** Connections that are open at the moment. */
  readonly connections: number;
  /** Connections that the proxy has reset so far. */
  readonly resets: number;
  /** Changes what happens from now on, to open connections too. */
  apply(mode: FaultMode): Promise<void>;
  /** Resets every open connection on both sides and answers how many there were. */
  cut(): number;
  close(): Promise<void>;
}

/** Starts a proxy that lets everything pass until it is told otherwise. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new TcpFaultProxy(options);
  await proxy.listen();
  return proxy;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

const LOOPBACK = '127.0.0.1';

class TcpFaultProxy implements FaultProxy {
  port: number;
  mode: FaultMode = PASS;
  resets = 0;
  private cutsLeft = 0;
  private listener: Server | undefined;
  private readonly pairs = new Set<Pair>();
  private waiting: (() => void)[] = [];

  constructor(private readonly options: FaultProxyOptions) {
    this.port = options.listen.port;
  }

  get connections(): number {
    return this.pairs.size;
  }

  async listen(): Promise<void> {
    const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.accept(client));
    listener.listen(this.port, this.options.listen.host ?? LOOPBACK);
    await once(listener, 'listening');
    this.port = (listener.address() as AddressInfo).port;
    this.listener = listener;
  }

  async apply(mode: FaultMode): Promise<void> {
    this.mode = mode;
    this.cutsLeft = mode.kind === 'cut-reply' ? (mode.times ?? 1) : 0;
    this.wake();
    if (mode.kind === 'refuse') await this.stopListening();
    else if (this.listener === undefined) await this.listen();
  }

  cut(): number {
    const open = [...this.pairs];
    for (const pair of open) this.reset(pair);
    return open.length;
  }

  async close(): Promise<void> {
    this.mode = PASS;
    this.wake();
    await this.stopListening();
  }

  private async stopListening(): Promise<void> {
    const listener = this.listener;
    this.listener = undefined;
    if (listener === undefined) return;
    const closed = once(listener, 'close');
    listener.close();
    this.cut();
    await closed;
  }

  private accept(client: Socket): void {
    const { host = LOOPBACK, port } = this.options.target;
    const server = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const pair = { client, server };
    this.pairs.add(pair);
    const exchange = new Exchange();
    const control = this.controlOf(pair);
    const ended = (error?: Error | null): void => {
      if (error !== undefined && error !== null) this.drop(pair);
    };
    for (const socket of [client, server]) {
      // Before the pipelines hear of it: they would end the other side in order.
      socket.once('error', () => this.drop(pair));
      socket.once('close', () => {
        if (client.closed && server.closed) this.pairs.delete(pair);
      });
    }
    pipeline(client, new FaultGate('request', control, exchange), server, ended);
    pipeline(server, new FaultGate('answer', control, exchange), client, ended);
  }

  private controlOf(pair: Pair): GateControl {
    const mode = (): FaultMode => this.mode;
    return {
      get mode() {
        return mode();
      },
      changed: () => new Promise((resolve) => this.waiting.push(resolve)),
      spend: () => {
        this.cutsLeft -= 1;
        if (this.cutsLeft <= 0) this.mode = PASS;
      },
      reset: () => this.reset(pair),
    };
  }

  private reset(pair: Pair): void {
    this.resets += 1;
    this.drop(pair);
  }

  /** One side is gone, so the other is told by a reset: a clean end would look like an answer that is complete. */
  private drop(pair: Pair): void {
    this.pairs.delete(pair);
    for (const socket of [pair.client, pair.server]) if (!socket.destroyed) reset(socket);
    this.wake();
  }

  private wake(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** A reset without an end before it: `resetAndDestroy` first ends the stream, and the other side may read that as the end. */
function reset(socket: Socket): void {
  Object.assign(socket, { resetAndClosing: true });
  socket.destroy();
}
