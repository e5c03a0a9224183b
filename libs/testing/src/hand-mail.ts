import { connect } from 'node:net';

/** A message for one recipient, with the null sender of reports. */
export interface HandedMail {
  readonly to: string;
  readonly raw: string;
}

const LONGEST_MS = 20_000;

/** Hands a message to an SMTP server on loopback, command by command; answers with the reply that ended it. */
export async function handMail(port: number, { to, raw }: HandedMail): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.setTimeout(LONGEST_MS, () => socket.destroy(new Error('the server does not answer')));
  const content = `${raw.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..')}\r\n.`;
  const commands = ['EHLO client.test', 'MAIL FROM:<>', `RCPT TO:<${to}>`, 'DATA', content];
  let text = '';
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      text += chunk.toString('latin1');
      const [reply] = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n/.exec(text) ?? [];
      if (reply === undefined) continue;
      text = text.slice(reply.length);
      const next = commands.shift();
      if (next === undefined || /^[45]/.test(reply)) return reply.trim();
      socket.write(`${next}\r\n`);
    }
    throw new Error('the server ended the connection');
  } finally {
    socket.destroy();
  }
}
