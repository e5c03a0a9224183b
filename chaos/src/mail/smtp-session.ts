const END_OF_DATA = '\r\n.\r\n';
const ANSWERS: Readonly<Record<string, string>> = {
  EHLO: '250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 PIPELINING\r\n',
  HELO: '250 sink\r\n',
  MAIL: '250 2.1.0 ok\r\n',
  RCPT: '250 2.1.5 ok\r\n',
  RSET: '250 2.0.0 ok\r\n',
  NOOP: '250 2.0.0 ok\r\n',
  QUIT: '221 2.0.0 bye\r\n',
};

/** One dialogue of a mail server that takes everything (RFC 5321, as far as a sender needs it). */
export class SmtpSession {
  readonly greeting = '220 sink ESMTP\r\n';
  private text = '';
  private data = false;

  constructor(private readonly take: (message: string) => void) {}

  /** What is to be said to what came; whether the dialogue is over. */
  receive(chunk: string): { readonly replies: string; readonly bye: boolean } {
    this.text += chunk;
    let replies = '';
    for (let reply = this.next(); reply !== undefined; reply = this.next()) replies += reply;
    return { replies, bye: replies.includes('221 ') };
  }

  private next(): string | undefined {
    if (this.data) return this.message();
    const end = this.text.indexOf('\r\n');
    if (end < 0) return undefined;
    const verb = this.text.slice(0, end).split(' ', 1)[0]?.toUpperCase() ?? '';
    this.text = this.text.slice(end + 2);
    if (verb === 'DATA') {
      this.data = true;
      // A message without a head begins with the end of its data.
      this.text = `\r\n${this.text}`;
      return '354 go on\r\n';
    }
    return ANSWERS[verb] ?? '502 5.5.1 not known\r\n';
  }

  private message(): string | undefined {
    const end = this.text.indexOf(END_OF_DATA);
    if (end < 0) return undefined;
    this.take(this.text.slice(2, end));
    this.text = this.text.slice(end + END_OF_DATA.length);
    this.data = false;
    return '250 2.0.0 taken\r\n';
  }
}
