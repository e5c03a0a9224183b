import { ConsentChangedV1 } from './consent-changed.v1.js';
import { ContactPolicyChangedV1 } from './contact-policy-changed.v1.js';
import { ErasureCompletedV1 } from './erasure-completed.v1.js';
import { PartyChangedV1 } from './party-changed.v1.js';
import { PartyErasedV1 } from './party-erased.v1.js';
import { PartyRegisteredV1 } from './party-registered.v1.js';
import { CustomerInformationSubjectErasedV1 } from './subject-erased.v1.js';

export const customerInformationContracts = [
  ConsentChangedV1,
  ContactPolicyChangedV1,
  ErasureCompletedV1,
  PartyChangedV1,
  PartyErasedV1,
  PartyRegisteredV1,
  CustomerInformationSubjectErasedV1,
] as const;
