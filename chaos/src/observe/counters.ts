/** Counters of processes that come and go: each starts from nothing, and what an earlier life counted stays counted. */
export class Counters {
  private readonly earlier = new Map<string, number>();
  private readonly current = new Map<string, number>();

  /** Takes the text of a scrape. `instance` names the process, whatever life it is in. */
  scrape(instance: string, text: string): void {
    for (const { name, value } of samplesOf(text)) {
      const key = `${instance} ${name}`;
      const before = this.current.get(key) ?? 0;
      if (value < before) this.earlier.set(key, (this.earlier.get(key) ?? 0) + before);
      this.current.set(key, value);
    }
  }

  /** The sum of a counter over all processes and lives, of the series whose labels contain a text. */
  total(metric: string, label = ''): number {
    let sum = 0;
    for (const [key, value] of this.current)
      if (key.includes(` ${metric}{`) && key.includes(label)) sum += value + (this.earlier.get(key) ?? 0);
    return sum;
  }
}

function samplesOf(text: string): readonly { readonly name: string; readonly value: number }[] {
  return text.split('\n').flatMap((line) => {
    const [, name, value] = /^([a-z_]+_total\{[^}]*\}) ([0-9.e+]+)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, value: Number(value) }];
  });
}
