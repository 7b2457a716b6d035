import { useEffect, useEffectEvent, useState } from 'react';
import type { TypedDocumentNode } from 'urql';
import type { Fault } from './fault.js';
import { follow } from './follow.js';

export interface LiveOptions<Data, Variables> {
  /** Asked at the beginning and after every cut. */
  readonly variablesNow: () => Variables;
  readonly onData: (data: Data) => void;
  /** After a cut: what happened meanwhile may have been missed. */
  readonly onResume?: () => void;
  readonly onComplete?: () => void;
  /** false: nothing is followed. */
  readonly isOn?: boolean;
  /** Follows anew when it changes. */
  readonly key: string;
}

/** Follows a subscription while the component is shown, across cut connections; tells why it ended, when it failed. */
export function useLive<Data, Variables>(document: TypedDocumentNode<Data, Variables>, { isOn = true, key, ...options }: LiveOptions<Data, Variables>): Fault | undefined {
  const [fault, setFault] = useState<Fault>();
  const variablesNow = useEffectEvent(options.variablesNow);
  const onData = useEffectEvent(options.onData);
  const onResume = useEffectEvent(() => options.onResume?.());
  const onComplete = useEffectEvent(() => options.onComplete?.());
  useEffect(() => {
    if (!isOn) return undefined;
    return follow(document, () => variablesNow(), { onOpen: () => onResume(), onData: (data) => onData(data), onFault: setFault, onComplete: () => onComplete() });
  }, [document, isOn, key]);
  return fault;
}
