import type { PluginLogger } from '../provider.js';

/** A logger that keeps its lines, to be looked through. */
export interface RecordingLogger extends PluginLogger {
  readonly lines: readonly string[];
}

export function recordingLogger(): RecordingLogger {
  const lines: string[] = [];
  const record = (fields: object, message: string): void => {
    lines.push(`${message} ${describe(fields)}`);
  };
  return { lines, debug: record, info: record, warn: record, error: record };
}

/** Everything of a value that somebody could come to read: errors with their causes, too. */
export function describe(value: unknown): string {
  if (value instanceof Error) return `${value.stack ?? value.message} ${describe({ ...value })} ${value.cause === undefined ? '' : describe(value.cause)}`;
  const seen = new WeakSet<object>();
  const text = JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'bigint') return String(inner);
    if (typeof inner !== 'object' || inner === null) return inner;
    if (seen.has(inner)) return '[seen]';
    seen.add(inner);
    return inner instanceof Error ? { ...inner, message: inner.message } : inner;
  });
  return text ?? String(value);
}
