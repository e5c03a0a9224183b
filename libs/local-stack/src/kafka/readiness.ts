import { ask } from '../processes/ports.js';

const METADATA = 3;
const VERSION = 1;
const CORRELATION_ID = 1;
const CLIENT = 'readiness';

/** Whether a broker answers and has joined its cluster, so that topics can be made. */
export async function kafkaAnswers(port: number): Promise<boolean> {
  const answer = await ask(port, metadataRequest());
  if (answer === undefined || answer.length < 12) return false;
  const brokers = answer.readInt32BE(8);
  return answer.readInt32BE(4) === CORRELATION_ID && brokers > 0;
}

// Length, header with the name of the client, and no topic.
function metadataRequest(): Buffer {
  const body = Buffer.alloc(10 + CLIENT.length + 4);
  body.writeInt16BE(METADATA, 0);
  body.writeInt16BE(VERSION, 2);
  body.writeInt32BE(CORRELATION_ID, 4);
  body.writeInt16BE(CLIENT.length, 8);
  body.write(CLIENT, 10);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}
