const ANSWER_LIMIT_MS = 2_000;

/** Whether a URL is answered with success. */
export async function httpAnswers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
