import { useEffect, useState } from 'react';
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
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let isShown = true;
    if (isOn) {
      void client
        .query(ConsentLinkDocument, { id }, { requestPolicy: 'network-only' })
        .toPromise()
        .then(({ data, error }) => {
          if (!isShown) return;
          const node = data?.node;
          setLink({ url: node && 'consent' in node ? (node.consent.url ?? undefined) : undefined, fault: error && faultOf(error) });
        });
    }
    return () => {
      isShown = false;
    };
  }, [client, id, isOn, status, asked]);
  return { ...link, renew: () => setAsked((count) => count + 1) };
}
