import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Keys whose values never reach the log, wherever they stand in a logged object's first two levels. */
const SECRET_KEYS = ['authorization', 'password', 'secret', 'token', 'accessToken', 'clientSecret', 'client_secret', 'apiKey', 'connectionString'];

/** JSON lines on standard error, so that what a command prints on standard output can be piped; pretty on a terminal. */
export function createLogger(level: LogLevel): Logger {
  const options = {
    level,
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
    base: undefined,
  };
  if (!process.stderr.isTTY) return pino(options, pino.destination({ dest: 2, sync: true }));
  return pino({ ...options, transport: { target: 'pino-pretty', options: { destination: 2, translateTime: 'HH:MM:ss' } } });
}
