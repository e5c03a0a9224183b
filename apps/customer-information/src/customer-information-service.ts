import type { PublicEvent } from '@crm/contracts';
import type { RecordedEvent } from '@crm/event-sourcing';
import { defineService } from '@crm/platform';
import type { ContactLedgerEvent } from './contact-ledger/contact-ledger.events.js';
import { contactLedgerAggregate } from './contact-ledger/contact-ledger.js';
import { ContactLedgerModule } from './contact-ledger/contact-ledger.module.js';
import { publishContactLedger } from './contact-ledger/contact-ledger.publisher.js';
import { ContactPermissionModule } from './contact-permission/contact-permission.module.js';
import type { ContactPolicySet } from './contact-policy/contact-policy.events.js';
import { contactPolicyAggregate } from './contact-policy/contact-policy.js';
import { ContactPolicyModule } from './contact-policy/contact-policy.module.js';
import { publishContactPolicy } from './contact-policy/contact-policy.publisher.js';
import { CUSTOMER_INFORMATION_SETTINGS } from './customer-information-settings.js';
import type { ErasureEvent } from './erasure/erasure.events.js';
import { erasureAggregate } from './erasure/erasure.js';
import { keepErasure } from './erasure/keep-erasure.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { publishErasureProgress } from './erasure/erasure.publisher.js';
import { partyDirectoryTables } from './migrations/0001-party-directory.js';
import { timelineTables } from './migrations/0002-timeline.js';
import { directoryErasure } from './party-directory/directory-erasure.js';
import { PartyDirectoryModule } from './party-directory/party-directory.module.js';
import { partyDirectory } from './party-directory/party-directory.projection.js';
import type { PartyEvent } from './party/party.events.js';
import { partyAggregate } from './party/party.js';
import { PartyModule } from './party/party.module.js';
import { publishParty } from './party/party.publisher.js';
import { collectErasureReports } from './reactors/collect-erasure-reports.js';
import { keepContactLedger } from './reactors/keep-contact-ledger.js';
import { keepStatedConsents } from './reactors/keep-stated-consents.js';
import { TimelineModule } from './timeline/timeline.module.js';
import { timelineProjection } from './timeline/timeline.projection.js';

/** Who the customers are, whether they may be contacted, what happened with them, and how they are forgotten. */
export const customerInformationService = defineService({
  name: 'customer-information',
  settings: CUSTOMER_INFORMATION_SETTINGS,
  modules: [
    PartyModule,
    PartyDirectoryModule,
    ContactLedgerModule,
    ContactPermissionModule,
    ContactPolicyModule,
    TimelineModule,
    ErasureModule,
  ],
  migrations: [partyDirectoryTables, timelineTables],
  publish,
  projections: (context) => [partyDirectory(context), timelineProjection],
  reactors: (context) => [keepStatedConsents(context), keepContactLedger(context), collectErasureReports(context)],
  erasure: () => [directoryErasure],
  keepErasure,
});

function publish(event: RecordedEvent): PublicEvent | undefined {
  switch (event.category) {
    case partyAggregate.category:
      return publishParty(event as RecordedEvent<PartyEvent>);
    case contactLedgerAggregate.category:
      return publishContactLedger(event as RecordedEvent<ContactLedgerEvent>);
    case contactPolicyAggregate.category:
      return publishContactPolicy(event as RecordedEvent<ContactPolicySet>);
    case erasureAggregate.category:
      return publishErasureProgress(event as RecordedEvent<ErasureEvent>);
    default:
      return undefined;
  }
}
