import { useState } from 'react';
import { useClient } from 'urql';
import { faultOf, type Fault } from '../../api/fault.js';
import { GuardrailsDocument, UpdateGuardrailsDocument, type ProtectedTargetInput } from '../../gql/settings.js';

interface Protect {
  readonly isUnderWay: boolean;
  readonly fault: Fault | undefined;
  /** Whether it was done. */
  readonly change: (make: (targets: readonly ProtectedTargetInput[]) => readonly ProtectedTargetInput[]) => Promise<boolean>;
  readonly reset: () => void;
}

/** Changes the list of protected targets. It is saved as a whole, so it is read anew first: what somebody else has protected meanwhile stays protected. */
export function useProtect(): Protect {
  const client = useClient();
  const [state, setState] = useState<{ isUnderWay: boolean; fault: Fault | undefined }>({ isUnderWay: false, fault: undefined });
  const change: Protect['change'] = async (make) => {
    setState({ isUnderWay: true, fault: undefined });
    const read = await client.query(GuardrailsDocument, {}, { requestPolicy: 'network-only' }).toPromise();
    const now = read.data?.guardrails.protectedTargets.map(({ kind, id, reason }) => ({ kind, id, reason }));
    const { error } = now ? await client.mutation(UpdateGuardrailsDocument, { input: { protectedTargets: make(now) } }).toPromise() : read;
    setState({ isUnderWay: false, fault: error && faultOf(error) });
    return !error;
  };
  return { ...state, change, reset: () => setState({ isUnderWay: false, fault: undefined }) };
}
