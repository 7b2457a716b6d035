import { wordOf } from '../../../parts/status.js';
import type { Action, Provider } from './editor-context.js';

export type Grouping = 'PRODUCT' | 'OUTCOME';

interface ActionGroup {
  readonly name: string;
  readonly description: string;
  readonly actions: readonly Action[];
}

/** What actions are good for, in the order in which one needs them. */
const OUTCOMES: Readonly<Record<Action['outcome'], string>> = {
  CONTAIN: 'Stop the attacker from going on.',
  REMEDIATE: 'Close the way in.',
  RESTORE: 'Give back what was taken away to contain.',
  INVESTIGATE: 'Find out more.',
  NOTIFY: 'Tell people.',
};

/** The actions in which every word of a search occurs, in groups; a group without any is left out. */
export function groupActions(providers: readonly Provider[], grouping: Grouping, search: string): ActionGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (action: Action, provider: Provider): boolean => {
    const text = [action.title, action.description, action.id, action.outcome, provider.title].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const found = providers.map((provider) => ({ provider, actions: provider.actions.filter((action) => matches(action, provider)) }));
  const all = found.flatMap(({ actions }) => actions);
  const groups =
    grouping === 'PRODUCT'
      ? found.map(({ provider, actions }) => ({ name: provider.title, description: provider.description, actions }))
      : Object.entries(OUTCOMES).map(([outcome, description]) => ({ name: wordOf(outcome), description, actions: all.filter((action) => action.outcome === outcome) }));
  return groups.filter(({ actions }) => actions.length > 0);
}
