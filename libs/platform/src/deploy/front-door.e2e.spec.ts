import { Agent, get } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@crm/testing';
import { FrontDoor } from './front-door.js';

interface Answered {
  readonly status: number | undefined;
  readonly connection: string | undefined;
}

describe('the port of a service that ends', () => {
  let door: FrontDoor;
  let url: string;
  let answerNow: () => void;
  let agent: Agent;
  beforeEach(async () => {
    const slow = new Promise<void>((resolve) => (answerNow = resolve));
    door = new FrontDoor((request, response) => {
      if (request.url === '/slow') void slow.then(() => response.end('done'));
      else response.end('done');
    });
    url = await door.open(0, '127.0.0.1');
    agent = new Agent({ keepAlive: true, maxSockets: 1 });
  });
  afterEach(async () => {
    answerNow();
    agent.destroy();
    await door.close(0);
  });

  const ask = (path: string): Promise<Answered> =>
    new Promise((resolve, reject) => {
      get(`${url}${path}`, { agent }, (answer) => {
        answer.resume().on('end', () => {
          resolve({ status: answer.statusCode, connection: answer.headers.connection });
        });
      }).on('error', reject);
    });

  it('answers on, and asks its clients to come back over another connection', async () => {
    expect(await ask('/quick')).toEqual({ status: 200, connection: 'keep-alive' });
    door.leave();
    expect(await ask('/quick')).toEqual({ status: 200, connection: 'close' });
  });

  it('finishes the request in hand before it is closed', async () => {
    await ask('/quick');
    const answer = ask('/slow');
    await until(() => door.requestsInHand === 1);
    const closed = door.close(60_000);
    answerNow();
    expect(await answer).toEqual({ status: 200, connection: 'close' });
    await closed;
    await expect(ask('/quick')).rejects.toThrow('ECONNREFUSED');
  });

  it('is not held up by connections that only wait', async () => {
    await ask('/quick');
    await door.close(60_000);
  });

  it('cuts what outlasts its patience', async () => {
    const answer = ask('/slow');
    answer.catch(() => undefined);
    await until(() => door.requestsInHand === 1);
    await door.close(10);
    await expect(answer).rejects.toThrow('socket hang up');
  });
});
