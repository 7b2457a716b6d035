import { useEffect, useEffectEvent } from 'react';

/** Asks again and again for what no subscription tells, while somebody can see it, and at once when somebody comes back to it. */
export function usePoll(everyMs: number, ask: () => void, isOn = true): void {
  const askNow = useEffectEvent(ask);
  useEffect(() => {
    if (!isOn) return undefined;
    const look = (): void => {
      if (!document.hidden) askNow();
    };
    const timer = setInterval(look, everyMs);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [everyMs, isOn]);
}
