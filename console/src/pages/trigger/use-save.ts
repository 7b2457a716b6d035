import type { Fault } from '../../api/fault.js';
import { useAct } from '../../api/use-act.js';
import { LinkTriggerDocument, UnlinkTriggerDocument, UpdateTriggerDocument } from '../../gql/trigger.js';
import { isSame, settingsOf } from './rules.js';
import type { Edited } from './use-edited.js';

/** Saves what was changed: the rules as one revision, then the links. What could not be saved stays a change. */
export function useSave(triggerId: string, { rules, base, revision, rebase }: Edited, onRefresh: () => void): { save: () => Promise<void>; isUnderWay: boolean; fault: Fault | undefined } {
  const update = useAct(UpdateTriggerDocument);
  const link = useAct(LinkTriggerDocument);
  const unlink = useAct(UnlinkTriggerDocument);

  const savePlaybooks = async (): Promise<boolean> => {
    const without = (these: typeof rules.playbooks, those: typeof rules.playbooks) => these.filter(({ id }) => !those.some((other) => other.id === id));
    for (const { id } of without(rules.playbooks, base.playbooks)) if (!(await link.act({ input: { triggerId, playbookId: id } }))) return false;
    for (const { id } of without(base.playbooks, rules.playbooks)) if (!(await unlink.act({ input: { triggerId, playbookId: id } }))) return false;
    return true;
  };

  const save = async (): Promise<void> => {
    [update, link, unlink].forEach(({ reset }) => reset());
    let saved = revision;
    if (!isSame(settingsOf(rules), settingsOf(base))) {
      const done = await update.act({ input: { ...settingsOf(rules), id: triggerId, revision } });
      // Somebody may have saved a newer one, which is shown beside this one then.
      if (!done) return onRefresh();
      saved = done.updateTrigger.trigger.revision;
      rebase(saved, { ...rules, playbooks: base.playbooks });
    }
    if (await savePlaybooks()) rebase(saved, rules);
    onRefresh();
  };

  return { save, isUnderWay: [update, link, unlink].some(({ isUnderWay }) => isUnderWay), fault: update.fault ?? link.fault ?? unlink.fault };
}
