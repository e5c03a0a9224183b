import { keyRingFeatures } from '@crm/testing';
import { InMemoryKeyRing } from './in-memory-key-ring.js';

keyRingFeatures('memory', () => Promise.resolve({ keyRing: new InMemoryKeyRing(), close: () => Promise.resolve() }));
