import { pino, type Logger, type LoggerOptions } from 'pino';
import { redact } from './redact.js';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Keys whose values never reach the log, wherever they stand in a logged object's first two levels. */
const SECRET_KEYS = ['authorization', 'password', 'secret', 'token', 'accessToken', 'clientSecret', 'client_secret', 'apiKey', 'connectionString'];

/** JSON lines on standard error, so that what a command prints on standard output can be piped; pretty on a terminal. */
export function createLogger(level: LogLevel): Logger {
  if (!process.stderr.isTTY) return createPlainLogger(level);
  return pino({ ...optionsOf(level), transport: { target: 'pino-pretty', options: { destination: 2, translateTime: 'HH:MM:ss' } } });
}

/** Written before the call returns, so that a process can end with it. */
export function createPlainLogger(level: LogLevel): Logger {
  return pino(optionsOf(level), pino.destination({ dest: 2, sync: true }));
}

/** A secret can stand where no list of keys knows it: in what a library threw, in what a provider answered. So each line is looked through as a whole, too. */
function optionsOf(level: LogLevel): LoggerOptions {
  return {
    level,
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
    base: undefined,
    hooks: { streamWrite: redact },
  };
}
