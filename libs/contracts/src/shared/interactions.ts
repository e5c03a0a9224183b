import { oneOf } from '../fields.js';

/** Channels that a contact with a customer may have, whoever starts it. */
export const ContactChannel = oneOf([
  'call',
  'ars',
  'chat',
  'email',
  'sms',
  'messenger',
  'post',
  'fax',
  'web',
  'branch',
  'atm',
  'recorder',
]);

export const Direction = oneOf(['inbound', 'outbound']);

export const CaseState = oneOf([
  'acknowledged',
  'in-progress',
  'pending',
  'held',
  'resolved',
  'closed',
  'rejected',
  'cancelled',
]);
