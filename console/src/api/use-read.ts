import { useCallback, useMemo } from 'react';
import { useQuery, type AnyVariables, type TypedDocumentNode } from 'urql';
import { faultOf, type Fault } from './fault.js';

/** Something that is read from the service. What was read stays while it is read again. */
export interface Read<Data> {
  readonly data: Data | undefined;
  readonly fault: Fault | undefined;
  readonly isLoading: boolean;
  readonly refresh: () => void;
}

/** Reads by a query, shows what is known meanwhile, and reads anew after a mutation that touched the same types. */
export function useRead<Data, Variables extends AnyVariables>(query: TypedDocumentNode<Data, Variables>, variables: Variables, isOn = true): Read<Data> {
  const [{ data, error, fetching }, execute] = useQuery<Data, Variables>({ query, variables, pause: !isOn, requestPolicy: 'cache-and-network' });
  const refresh = useCallback(() => execute({ requestPolicy: 'network-only' }), [execute]);
  const fault = useMemo(() => error && faultOf(error), [error]);
  return { data, fault, isLoading: fetching, refresh };
}
