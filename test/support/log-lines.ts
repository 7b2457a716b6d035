import { pino, type Logger } from 'pino';

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A log that a test can read. */
export function keptLog(): { logger: Logger; lines: LogLine[]; refusals: () => LogLine[] } {
  const lines: LogLine[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(JSON.parse(line) as LogLine) });
  return { logger, lines, refusals: () => lines.filter(({ msg }) => msg === 'A request was refused.') };
}
