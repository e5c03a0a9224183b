import { expect, it } from '@jest/globals';
import { kafkaAnswers } from '../kafka/readiness.js';
import { redisAnswers } from '../redis/redis.js';

const portOf = (address: string | undefined): number => Number(/:(\d+)$/.exec(address ?? '')?.[1]);

it('gives every distributed suite a broker and a job store that answer', async () => {
  expect(await kafkaAnswers(portOf(process.env['CRM_TEST_KAFKA']))).toBe(true);
  expect(await redisAnswers(portOf(process.env['CRM_TEST_REDIS']))).toBe(true);
});
