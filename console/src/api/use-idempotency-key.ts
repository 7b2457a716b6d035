import { useCallback, useRef } from 'react';

const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** One key for as long as the same is asked for: a second click, or a click after an answer that got lost, starts nothing twice. */
export function useIdempotencyKey(): (asked: object) => string {
  const last = useRef<{ readonly asked: string; readonly key: string }>(undefined);
  return useCallback((asked) => {
    const text = JSON.stringify(asked);
    if (last.current?.asked !== text) last.current = { asked: text, key: newKey() };
    return last.current.key;
  }, []);
}
