// A contact counts once, whoever told of it; what marketing says of a treatment names its campaign and so goes first. The end
// of an interaction alone is none: nobody may have answered. A call that was made for a treatment is the treatment's contact.
const TELLERS = [
  'crm.marketing.treatment-presented.v1',
  'crm.service.contact-made.v1',
  'crm.sales.task-reached.v1',
  'crm.service.task-reached.v1',
  'crm.marketing.treatment-undetermined.v1',
]
  .map((type) => `'${type}'`)
  .join(', ');

/**
 * A relation with one row for each contact that a customer had, or perhaps had: `contact_id`, `party_id`, `channel`,
 * `direction`, `at`, `campaign_id`, `loop_id`, and what the campaign says that it costs (`cost_minor`, `currency`; null outside campaigns).
 */
export const CONTACTS_HAD = `(SELECT DISTINCT ON (f.contact_id) f.contact_id, f.party_id, f.channel, f.direction, f.at, f.campaign_id, f.loop_id,
      (p.plan->'costPerContact'->>'amountMinor')::bigint AS cost_minor, p.plan->'costPerContact'->>'currency' AS currency
    FROM contact_fact f LEFT JOIN campaign p USING (campaign_id)
    WHERE f.told_by IN (${TELLERS}) AND NOT EXISTS (
      SELECT FROM contact_fact t WHERE t.contact_id = f.treatment_id AND f.contact_id <> f.treatment_id AND t.told_by IN (${TELLERS}))
    ORDER BY f.contact_id, array_position(ARRAY[${TELLERS}], f.told_by))`;
