import { eventStoreFeatures } from '@crm/testing';
import { InMemoryEventLog } from './in-memory-event-log.js';

eventStoreFeatures('the in-memory log', () =>
  Promise.resolve({ log: new InMemoryEventLog(), close: () => Promise.resolve() }),
);
