import { once } from 'node:events';
import { connect } from 'node:net';

/** `FLUSHALL`: every job is gone from the queue. */
export async function flushRedis(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('FLUSHALL\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (!answer.toString().startsWith('+OK')) throw new Error(`Redis was not flushed: ${answer.toString().trim()}`);
  } finally {
    socket.destroy();
  }
}
