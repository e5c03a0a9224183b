import { parentPort, workerData } from 'node:worker_threads';
import { compute, type Work } from './compute-model.js';

parentPort?.postMessage(await compute(workerData as Work));
