import { ATTRIBUTES, type AttributeRule, type CloudEventAttributes } from './cloud-event.js';
import { InvalidCloudEvent } from './errors.js';

const RULES: readonly (readonly [string, AttributeRule])[] = Object.entries(ATTRIBUTES);

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const POSITION = /^[1-9]\d{0,18}$/;
const INTEGER = /^\d{1,9}$/;

const parse = (name: string, kind: AttributeRule['kind'], text: string): string | number | bigint => {
  switch (kind) {
    case 'text':
      return text;
    case 'time':
      if (!TIME.test(text)) throw new InvalidCloudEvent(name, 'is not a time in ISO 8601');
      return text;
    case 'integer':
      if (!INTEGER.test(text)) throw new InvalidCloudEvent(name, 'is not a natural number');
      return Number(text);
    case 'position':
      if (!POSITION.test(text)) throw new InvalidCloudEvent(name, 'is not a position');
      return BigInt(text);
  }
};

/** The attributes as texts, in a fixed order; what is absent stays absent. */
export function writeAttributes(attributes: CloudEventAttributes): readonly (readonly [string, string])[] {
  const written: [string, string][] = [['specversion', '1.0']];
  for (const [name] of RULES) {
    const value = attributes[name as keyof CloudEventAttributes];
    if (value !== undefined) written.push([name, String(value)]);
  }
  return written;
}

/** The attributes from their texts. Extensions that we do not know are ignored; a missing or malformed one of ours is refused. */
export function readAttributes(text: (name: string) => string | undefined): CloudEventAttributes {
  if (text('specversion') !== '1.0') throw new InvalidCloudEvent('specversion', 'is not 1.0');
  const attributes: Record<string, unknown> = {};
  for (const [name, rule] of RULES) {
    const value = text(name);
    if (value !== undefined && value !== '') attributes[name] = parse(name, rule.kind, value);
    else if (rule.required) throw new InvalidCloudEvent(name, 'is missing');
  }
  // Each attribute was just read by the rule that belongs to its type.
  return attributes as unknown as CloudEventAttributes;
}
