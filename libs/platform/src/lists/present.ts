/** The fields that have a value: an absent field of an answer is left out instead of being null. */
export function present<Fields extends Readonly<Record<string, unknown>>>(
  fields: Fields,
): { readonly [Name in keyof Fields]?: NonNullable<Fields[Name]> } {
  const given = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given) as { readonly [Name in keyof Fields]?: NonNullable<Fields[Name]> };
}
