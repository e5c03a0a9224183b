import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { MailSink } from './mail-sink.js';

describe('the mail server of the harness', () => {
  let sink: MailSink;
  let socket: Socket;
  let heard = '';

  const until = async (text: string): Promise<void> => {
    while (!heard.includes(text)) heard += String((await once(socket, 'data'))[0]);
  };
  const say = async (line: string, answer: string): Promise<void> => {
    heard = '';
    socket.write(line);
    await until(answer);
  };
  const mail = (treatment: string): string =>
    `Message-ID: <${treatment}@example.org>\r\nX-CRM-Treatment: ${treatment}\r\nSubject: hello\r\n\r\nX-CRM-Treatment: no\r\n.\r\n`;

  beforeEach(async () => {
    sink = new MailSink();
    const port = await sink.listen(0);
    heard = '';
    socket = connect(port, '127.0.0.1');
    await until('220 ');
  });
  afterEach(async () => {
    socket.destroy();
    await sink.close();
  });

  it('notes treatment and message id of what it takes', async () => {
    await say('EHLO me\r\n', '250 PIPELINING');
    await say('MAIL FROM:<a@example.org>\r\n', '250 ');
    await say('RCPT TO:<b@example.org>\r\n', '250 ');
    await say('DATA\r\n', '354 ');
    await say(mail('t-1'), '250 2.0.0 taken');
    expect(sink.taken).toMatchObject([{ treatment: 't-1', messageId: '<t-1@example.org>' }]);
    expect(sink.twice).toEqual([]);
  });

  it('tells which treatment came twice, whatever pieces the messages come in', async () => {
    for (const round of [1, 2]) {
      await say(`MAIL FROM:<a@example.org>\r\nRCPT TO:<b${round}@example.org>\r\nDATA\r\n`, '354 ');
      const text = mail('t-2');
      socket.write(text.slice(0, -3));
      await say(text.slice(-3), '250 2.0.0 taken');
    }
    expect(sink.twice).toEqual(['t-2']);
  });

  it('has not taken what was not sent to its end', async () => {
    await say('MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n', '354 ');
    socket.write('X-CRM-Treatment: t-3\r\n\r\nhalf');
    socket.destroy();
    expect(sink.taken).toEqual([]);
  });
});
