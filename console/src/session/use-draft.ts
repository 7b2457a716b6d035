import { useCallback, useState } from 'react';

const PREFIX = 'countermeasure-draft ';

/**
 * What somebody types, kept in the tab under `name` until it is discarded: signing in anew or a reload loses nothing. Not
 * for secrets.
 */
export function useDraft<Value>(name: string, initial: Value): readonly [Value, (value: Value) => void, () => void] {
  const key = PREFIX + name;
  const [value, setValue] = useState<Value>(() => {
    const kept = sessionStorage.getItem(key);
    return kept === null ? initial : (JSON.parse(kept) as Value);
  });
  const change = useCallback(
    (next: Value) => {
      sessionStorage.setItem(key, JSON.stringify(next));
      setValue(next);
    },
    [key],
  );
  const discard = useCallback(() => sessionStorage.removeItem(key), [key]);
  return [value, change, discard];
}
