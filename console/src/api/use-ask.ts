import { useCallback, useRef, useState } from 'react';
import { useClient, type AnyVariables, type TypedDocumentNode } from 'urql';
import { faultOf, type Fault } from './fault.js';

/** A question that is asked when somebody wants it answered, and the last answer. */
export interface Ask<Data, Variables> {
  readonly data: Data | undefined;
  /** What the answer is about. */
  readonly asked: Variables | undefined;
  readonly fault: Fault | undefined;
  readonly isUnderWay: boolean;
  readonly ask: (variables: Variables) => Promise<void>;
}

type State<Data, Variables> = Omit<Ask<Data, Variables>, 'ask'>;

export function useAsk<Data, Variables extends AnyVariables>(query: TypedDocumentNode<Data, Variables>): Ask<Data, Variables> {
  const client = useClient();
  const [state, setState] = useState<State<Data, Variables>>({ data: undefined, asked: undefined, fault: undefined, isUnderWay: false });
  // The answer to a question that was asked before the last one is thrown away.
  const number = useRef(0);
  const ask = useCallback(
    async (asked: Variables) => {
      const own = ++number.current;
      setState((shown) => ({ ...shown, fault: undefined, isUnderWay: true }));
      const { data, error } = await client.query(query, asked, { requestPolicy: 'network-only' }).toPromise();
      if (own === number.current) setState({ data: error ? undefined : data, asked, fault: error && faultOf(error), isUnderWay: false });
    },
    [client, query],
  );
  return { ...state, ask };
}
