/** The part of a reply that takes a header. */
export interface TaggedReply {
  header(name: string, value: string): unknown;
}

/** Answers with a thing and its version as `ETag`, to be sent back as `If-Match`. */
export function tagged<Thing extends { readonly version: number }>(reply: TaggedReply, thing: Thing): Thing {
  reply.header('ETag', `"${String(thing.version)}"`);
  return thing;
}
