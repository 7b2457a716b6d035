import { useCallback, useEffect, useState } from 'react';
import { useClient } from 'urql';
import { faultOf, type Fault } from '../../api/fault.js';
import { ConsentLinkDocument } from '../../gql/connections.js';

interface ConsentLink {
  readonly url: string | undefined;
  readonly fault: Fault | undefined;
}

/** A consent link, asked for once and not with every look: each one is new, and good for one answer. Anew when `status` changes. */
export function useConsentLink(id: string, status: string, isOn: boolean): ConsentLink & { readonly renew: () => void } {
  const client = useClient();
  const [link, setLink] = useState<ConsentLink>({ url: undefined, fault: undefined });
  const ask = useCallback(async () => {
    const { data, error } = await client.query(ConsentLinkDocument, { id }, { requestPolicy: 'network-only' }).toPromise();
    const node = data?.node;
    setLink({ url: node && 'consent' in node ? (node.consent.url ?? undefined) : undefined, fault: error && faultOf(error) });
  }, [client, id]);
  useEffect(() => {
    if (isOn) void ask();
  }, [ask, isOn, status]);
  return { ...link, renew: () => void ask() };
}
