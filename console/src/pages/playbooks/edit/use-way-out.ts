import { useCallback, useRef } from 'react';

export interface WayOut {
  /** From here on the page may be left: what there was to lose is saved or deleted. */
  readonly open: () => void;
  readonly isOpen: () => boolean;
}

/** Asked at the moment of leaving, because that can be before the page is drawn again. */
export function useWayOut(): WayOut {
  const isOpenNow = useRef(false);
  const open = useCallback(() => {
    isOpenNow.current = true;
  }, []);
  const isOpen = useCallback(() => isOpenNow.current, []);
  return { open, isOpen };
}
