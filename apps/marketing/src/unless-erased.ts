import { KeyErased } from '@crm/event-sourcing';

/** Waits for a command about a person; that the person was erased meanwhile is an answer too. */
export async function unlessErased<T>(command: Promise<T>): Promise<T | undefined> {
  try {
    return await command;
  } catch (error) {
    if (error instanceof KeyErased) return undefined;
    throw error;
  }
}
