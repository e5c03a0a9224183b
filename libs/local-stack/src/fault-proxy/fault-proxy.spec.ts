import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { startFaultProxy, type FaultProxy } from './fault-proxy.js';

/** A server that keeps what it got and answers every line with `ok <line>`. */
async function lineServer(): Promise<{ server: Server; lines: string[]; port: number }> {
  const lines: string[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        lines.push(line);
        socket.write(`ok ${line}\n`);
      }
    });
    socket.on('end', () => socket.end('bye\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, lines, port: (server.address() as AddressInfo).port };
}

interface Client {
  readonly socket: Socket;
  readonly text: () => string;
  /** The code of the error that ended the connection, `end` when it ended in order. */
  readonly ended: Promise<string>;
  say(line: string): void;
}

function client(port: number): Client {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let text = '';
  let code = 'end';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', (error: NodeJS.ErrnoException) => (code = error.code ?? error.message));
  return {
    socket,
    text: () => text,
    ended: new Promise((resolve) => socket.once('close', () => resolve(code))),
    say: (line) => socket.write(`${line}\n`),
  };
}

async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await delay(5);
}

describe('a TCP proxy that can fail', () => {
  let target: Awaited<ReturnType<typeof lineServer>>;
  let proxy: FaultProxy;
  const clients: Client[] = [];
  const join = (): Client => {
    const one = client(proxy.port);
    clients.push(one);
    return one;
  };

  beforeEach(async () => {
    target = await lineServer();
    proxy = await startFaultProxy({ listen: { port: 0 }, target: { port: target.port } });
  });
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy();
    await proxy.close();
    target.server.close();
    await once(target.server, 'close');
  });

  it('lets both directions pass, and each end by itself', async () => {
    const one = join();
    one.say('a');
    await until(() => one.text() === 'ok a\n');
    one.socket.end();
    expect(await one.ended).toBe('end');
    expect(one.text()).toBe('ok a\nbye\n');
    await until(() => proxy.connections === 0);
    expect(proxy.resets).toBe(0);
  });

  it('carries a large answer unchanged', async () => {
    const one = join();
    const line = 'x'.repeat(3_000_000);
    one.say(line);
    await until(() => one.text().length === line.length + 4);
    expect(target.lines).toEqual([line]);
  });

  it('refuses: open connections are reset, new ones find nobody; afterwards everything passes on the same port', async () => {
    const one = join();
    one.say('a');
    await until(() => one.text() !== '');
    await proxy.apply({ kind: 'refuse' });
    expect(await one.ended).toBe('ECONNRESET');
    expect(await join().ended).toBe('ECONNREFUSED');
    await proxy.apply({ kind: 'pass' });
    const later = join();
    later.say('b');
    await until(() => later.text() === 'ok b\n');
  });

  it('resets every open connection on both sides at once', async () => {
    const [one, two] = [join(), join()];
    one.say('a');
    two.say('b');
    await until(() => one.text() !== '' && two.text() !== '');
    expect(proxy.cut()).toBe(2);
    expect(await Promise.all([one.ended, two.ended])).toEqual(['ECONNRESET', 'ECONNRESET']);
    expect(proxy.resets).toBe(2);
  });

  it('stalls: connects and keeps silent, and goes on where it was', async () => {
    const before = join();
    before.say('a');
    await until(() => before.text() !== '');
    await proxy.apply({ kind: 'stall' });
    const during = join();
    before.say('b');
    during.say('c');
    await once(during.socket, 'connect');
    await delay(50);
    expect([before.text(), during.text(), target.lines]).toEqual(['ok a\n', '', ['a']]);
    await proxy.apply({ kind: 'pass' });
    await until(() => before.text() === 'ok a\nok b\n' && during.text() === 'ok c\n');
  });

  it('slows down by latency and by bytes a second', async () => {
    await proxy.apply({ kind: 'slow', latencyMs: 40, bytesPerSecond: 1000 });
    const one = join();
    const started = performance.now();
    one.say('x'.repeat(99));
    await until(() => one.text().length === 103);
    // 40 ms and 100 bytes there, 40 ms and 103 bytes back.
    expect(performance.now() - started).toBeGreaterThan(270);
  });

  it('drops the answer once after the request went through', async () => {
    await proxy.apply({ kind: 'cut-reply' });
    const one = join();
    one.say('commit');
    expect(await one.ended).toBe('ECONNRESET');
    expect([one.text(), target.lines]).toEqual(['', ['commit']]);
    const again = join();
    again.say('commit');
    await until(() => again.text() === 'ok commit\n');
  });

  it('drops the answer after some bytes of it', async () => {
    await proxy.apply({ kind: 'cut-reply', passBytes: 4 });
    const one = join();
    one.say('commit');
    // Whoever reads the last bytes and the reset in one go may be told of an end.
    expect(['ECONNRESET', 'end']).toContain(await one.ended);
    expect([one.text(), target.lines]).toEqual(['ok c', ['commit']]);
  });

  it('waits for the bytes that end a request, also when they come in two pieces, and lets other answers pass', async () => {
    await proxy.apply({ kind: 'cut-reply', after: '\r\n.\r\n', times: 1 });
    const one = join();
    one.say('MAIL');
    await until(() => one.text() === 'ok MAIL\n');
    one.socket.write('text\r\n.');
    await until(() => target.lines.length === 2 && one.text().includes('text'));
    one.socket.write('\r\n');
    expect(await one.ended).toBe('ECONNRESET');
    expect(target.lines.at(-1)).toBe('.\r');
    expect(proxy.mode).toEqual({ kind: 'pass' });
  });

  it('drops as many answers as it was asked to', async () => {
    await proxy.apply({ kind: 'cut-reply', times: 2 });
    for (const line of ['a', 'b']) {
      const one = join();
      one.say(line);
      expect(await one.ended).toBe('ECONNRESET');
    }
    const third = join();
    third.say('c');
    await until(() => third.text() === 'ok c\n');
  });

  it('passes on that the server is not there', async () => {
    const nobody = await startFaultProxy({ listen: { port: 0 }, target: { port: 1 } });
    const one = client(nobody.port);
    expect(await one.ended).toBe('ECONNRESET');
    await nobody.close();
  });
});
