import { Checkbox } from '@mantine/core';
import { nameOfActor } from '../actor.js';
import { Moment } from '../Moment.js';

interface Consent {
  readonly confirmed: boolean;
  readonly confirmedAt?: string | null;
  readonly confirmedBy?: Parameters<typeof nameOfActor>[0] | null;
}

interface Props {
  readonly consent: Consent;
  readonly isUnderWay: boolean;
  readonly mayConsent: boolean;
  readonly onConfirm: () => void;
}

/** Ticked by somebody who has seen that access was granted; the service looks whether that is true. */
export function GrantedBox({ consent: { confirmed, confirmedAt, confirmedBy }, isUnderWay, mayConsent, onConfirm }: Props) {
  const by = confirmedBy && `, by ${nameOfActor(confirmedBy)}`;
  const description =
    confirmed && confirmedAt ? (
      <>
        Confirmed <Moment at={confirmedAt} />
        {by}
      </>
    ) : (
      'Tick it when an administrator has accepted: it is looked at before it counts.'
    );
  return <Checkbox label="API access granted" description={description} checked={confirmed || isUnderWay} disabled={!mayConsent} readOnly={confirmed} onChange={() => !confirmed && onConfirm()} />;
}
