import { usePoll } from '../../api/use-poll.js';
import { useRead } from '../../api/use-read.js';
import { GuardrailsDocument } from '../../gql/settings.js';
import { Shown } from '../../states/Shown.js';
import { BlastRadius } from './BlastRadius.js';
import { PauseSwitch } from './PauseSwitch.js';
import { ProtectedTargets } from './ProtectedTargets.js';
import { SettingsFrame } from './SettingsFrame.js';

/** The limits on what may be done at all; the pause switch first, because it is looked for in a hurry. */
export function Component() {
  const read = useRead(GuardrailsDocument, {});
  usePoll(5_000, read.refresh);
  return (
    <SettingsFrame title="Guardrails">
      <Shown read={read}>
        {({ guardrails }) => (
          <>
            <PauseSwitch guardrails={guardrails} />
            <ProtectedTargets targets={guardrails.protectedTargets} />
            <BlastRadius guardrails={guardrails} />
          </>
        )}
      </Shown>
    </SettingsFrame>
  );
}
