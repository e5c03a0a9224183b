import { InvalidCloudEvent } from '@crm/contracts';
import type { ReceivedEvent } from './check-feed.js';

const SOURCE = /^\/crm\//;
const LANE = /^\d{1,5}$/;
// More than that cannot be counted; no lane gets there.
const POSITION = /^[1-9]\d{0,14}$/;

type Members = Readonly<Record<string, unknown>>;

/**
 * Where an event stands, from a line of JSON: an envelope of `kcat -J` or any other with `headers`, an object with `ce_*`
 * members, a CloudEvent in structured mode, or an event of the feed over HTTP. `InvalidCloudEvent` says what is wrong with it.
 */
export function receivedEvent(line: string): ReceivedEvent {
  const text = attributesOf(parsed(line));
  const [lane, position] = [text('lane'), text('position')];
  if (!LANE.test(lane)) throw new InvalidCloudEvent('lane', 'is not a natural number');
  if (!POSITION.test(position)) throw new InvalidCloudEvent('position', 'is not a position');
  return {
    source: text('source').replace(SOURCE, ''),
    incarnation: text('incarnation'),
    lane: Number(lane),
    position: BigInt(position),
    id: text('id', 'eventId'),
  };
}

function parsed(line: string): Members {
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value)) return value;
  } catch {
    // Told below: the text of the line may be personal to whoever kept it.
  }
  throw new InvalidCloudEvent('line', 'is not a JSON object');
}

function attributesOf(members: Members): (...names: readonly string[]) => string {
  const places = [headersOf(members.headers), members];
  return (...names) => {
    for (const place of places)
      for (const name of names)
        for (const value of [place[`ce_${name}`], place[name]])
          if ((typeof value === 'string' && value !== '') || typeof value === 'number') return String(value);
    throw new InvalidCloudEvent(names[0] ?? '', 'is missing');
  };
}

/** An object, or what kcat prints: names and values in turn. */
function headersOf(headers: unknown): Members {
  if (isObject(headers)) return headers;
  if (!Array.isArray(headers)) return {};
  const pairs: Record<string, unknown> = {};
  for (let index = 0; index + 1 < headers.length; index += 2) pairs[String(headers[index])] = headers[index + 1];
  return pairs;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
