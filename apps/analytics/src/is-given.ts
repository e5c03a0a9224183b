/** For `@ValidateIf`: a field may be absent, but not null. */
export const isGiven = (_: object, value: unknown): boolean => value !== undefined;
