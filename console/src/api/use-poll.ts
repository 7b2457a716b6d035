import { useEffect, useEffectEvent } from 'react';

/** Asks again and again for what no subscription tells, while somebody can see it. */
export function usePoll(everyMs: number, ask: () => void, isOn = true): void {
  const askNow = useEffectEvent(ask);
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setInterval(() => !document.hidden && askNow(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isOn]);
}
