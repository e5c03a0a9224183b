import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSmtpServer, type SmtpServerOptions, type TestSmtpServer } from '@crm/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SmtpServerSettings } from './mail-settings.js';
import { SmtpPool } from './smtp-pool.js';
import { SmtpSession } from './smtp-session.js';

const TIMEOUTS = { openMs: 5_000, replyMs: 5_000, messageMs: 10_000 };
const ENVELOPE = { from: 'b.1@bounces.example', to: 'kim@one.example', id: 'treatment-1' };
const MESSAGE = Buffer.from('Subject: Ten per cent off\r\n\r\nTen per cent off\r\n');
const patience = { withinMs: 5_000 };
let server: TestSmtpServer;

afterEach(() => server.stop());

const start = async (options: SmtpServerOptions = {}): Promise<SmtpServerSettings> => {
  server = await startSmtpServer(options);
  return { host: '127.0.0.1', port: server.port, secure: false, requireTls: false };
};

describe('a session', () => {
  it('knows for certain that a message did not arrive whose end it still has', async () => {
    const settings = await start();
    server.fail({ at: 'content', how: 'cut' });
    const session = await SmtpSession.open(settings, TIMEOUTS);
    const large = Buffer.alloc(50_000_000, 'more than any buffer between here and there\r\n');
    expect(await session.send(ENVELOPE, large)).toMatchObject({ is: 'refused', reason: 'connection-lost' });
    expect([session.isUsable, server.accepted]).toEqual([false, []]);
  });

  it('hands on what begins with a dot as it is', async () => {
    const session = await SmtpSession.open(await start(), TIMEOUTS);
    const dotted = Buffer.from('Subject: dots\r\n\r\n.\r\n..\r\nend\r\n');
    expect(await session.send(ENVELOPE, dotted)).toEqual({ is: 'accepted' });
    expect(server.accepted[0]?.raw).toBe(dotted.toString());
    session.quit();
  });

  it('sends no password where the connection stays open to everybody', async () => {
    const settings = await start({ user: 'crm', password: 'secret' });
    const opening = SmtpSession.open(
      { ...settings, requireTls: true, auth: { user: 'crm', pass: 'secret' } },
      TIMEOUTS,
    );
    await expect(opening).rejects.toMatchObject({ name: 'MailServerUnreachable' });
  });
});

describe('a pool', () => {
  it('lends each connection to one at a time, and opens no more than it may', async () => {
    const pool = new SmtpPool({ server: await start(), connections: 2, timeouts: TIMEOUTS });
    const [first, second] = [await pool.lease(patience), await pool.lease(patience)];
    expect(await pool.lease({ withinMs: 50 })).toBeUndefined();
    pool.release(first!);
    expect(await pool.lease(patience)).toBe(first);
    expect(second).not.toBe(first);
    expect(server.opened).toBe(2);
    pool.close();
    first!.quit();
    second!.quit();
  });

  it('lends no connection that has died, and gives none to the next with something left over in it', async () => {
    const pool = new SmtpPool({ server: await start(), connections: 1, timeouts: TIMEOUTS });
    server.fail({ at: 'rcpt', how: { reply: '550 5.1.1 who?' } }, 1);
    const first = (await pool.lease(patience))!;
    expect(await first.send(ENVELOPE, MESSAGE)).toMatchObject({ is: 'refused', reason: 'mailbox-unknown' });
    pool.release(first);
    server.fail({ at: 'rset', how: 'cut' }, 1);
    const second = (await pool.lease(patience))!;
    expect([second === first, first.isUsable]).toEqual([false, false]);
    expect(await second.send(ENVELOPE, MESSAGE)).toEqual({ is: 'accepted' });
    pool.release(second);
    pool.close();
  });

  it('takes another connection after a hundred messages', async () => {
    const pool = new SmtpPool({ server: await start(), connections: 1, timeouts: TIMEOUTS });
    for (let message = 0; message < 101; message++) {
      const session = (await pool.lease(patience))!;
      expect(await session.send(ENVELOPE, MESSAGE)).toEqual({ is: 'accepted' });
      pool.release(session);
    }
    expect([server.opened, server.accepted.length]).toEqual([2, 101]);
    pool.close();
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

(hasOpenssl ? describe : describe.skip)('a session over TLS', () => {
  let folder: string;
  let pair: { readonly key: string; readonly cert: string };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crm-mail-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject];
    await promisify(execFile)('openssl', [...request, '-keyout', key, '-out', cert]);
    pair = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['from the first byte on', true],
    ['after STARTTLS', false],
  ])('is opened to a server whose certificate is known: %s', async (_, implicit) => {
    const settings = await start({ tls: { ...pair, implicit }, user: 'crm', password: 'secret' });
    const auth = { user: 'crm', pass: 'secret' };
    const secured = { ...settings, secure: implicit, requireTls: !implicit, auth };
    const session = await SmtpSession.open({ ...secured, ca: pair.cert }, TIMEOUTS);
    expect(await session.send(ENVELOPE, MESSAGE)).toEqual({ is: 'accepted' });
    session.quit();
    await expect(SmtpSession.open(secured, TIMEOUTS)).rejects.toMatchObject({ name: 'MailServerUnreachable' });
  });
});
