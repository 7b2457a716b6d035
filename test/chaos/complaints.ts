/** What the processes have logged as warnings and worse, each kind once with how often it came. */
export class Complaints {
  readonly counts = new Map<string, number>();

  note(line: string): void {
    const what = gist(line);
    if (what !== undefined) this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

interface LogLine {
  readonly level: number;
  readonly msg?: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
}

/** What differs from one time to the next: ids, times, numbers of tasks. */
const PARTICULARS = /\b[a-z]{3}_[0-9a-z]{26}\b|[0-9a-f-]{36}|\d+(\.\d+)?ms|task \d+/g;

/** The sentence, the error and where it was thrown; undefined for what is no line of the log. */
function gist(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { level, msg = '', err } = JSON.parse(line) as LogLine;
    return [level >= 50 ? 'error:' : 'warning:', msg.split('\n', 1)[0], ...describe(err)].join(' ').replace(PARTICULARS, '…');
  } catch {
    return undefined; // a line that was cut off with its process
  }
}

function describe({ message = '', stack = '' }: LogLine['err'] = {}): string[] {
  return [message.slice(0, 120), ...[...stack.matchAll(/(?:dist\/src|node_modules)\/(\S+:\d+)/g)].map(([, place = '']) => place).slice(0, 3)];
}
