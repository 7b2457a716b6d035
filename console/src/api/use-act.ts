import { useCallback, useState } from 'react';
import { useClient, type AnyVariables, type TypedDocumentNode } from 'urql';
import { faultOf, type Fault } from './fault.js';

/** Something that can be done by a mutation, and how that stands. */
export interface Act<Data, Variables> {
  readonly isUnderWay: boolean;
  readonly fault: Fault | undefined;
  /** Does it; undefined when it failed, and `fault` tells why. */
  readonly act: (variables: Variables) => Promise<Data | undefined>;
  /** Forgets the last fault. */
  readonly reset: () => void;
}

export function useAct<Data, Variables extends AnyVariables>(mutation: TypedDocumentNode<Data, Variables>): Act<Data, Variables> {
  const client = useClient();
  const [state, setState] = useState<{ isUnderWay: boolean; fault: Fault | undefined }>({ isUnderWay: false, fault: undefined });
  const act = useCallback(
    async (variables: Variables) => {
      setState({ isUnderWay: true, fault: undefined });
      const { data, error } = await client.mutation(mutation, variables).toPromise();
      setState({ isUnderWay: false, fault: error && faultOf(error) });
      return error ? undefined : data;
    },
    [client, mutation],
  );
  const reset = useCallback(() => setState({ isUnderWay: false, fault: undefined }), []);
  return { ...state, act, reset };
}
