import { useDebouncedValue } from '@mantine/hooks';
import type { Fault } from '../../../api/fault.js';
import { useRead } from '../../../api/use-read.js';
import { SearchTargetsDocument } from '../../../gql/playbooks.js';
import type { FoundTarget } from './run-draft.js';

const TYPING_MS = 200;

interface Search {
  /** undefined: it is not known yet. */
  readonly found: readonly FoundTarget[] | undefined;
  readonly isLoading: boolean;
  readonly fault: Fault | undefined;
}

/** Whom a playbook can be run against, by what is typed, asked when the fingers rest for a moment. */
export function useTargetSearch(playbookId: string, typed: string): Search {
  const [query] = useDebouncedValue(typed, TYPING_MS);
  const isOn = query !== '' && typed !== '';
  const { data, fault, isLoading } = useRead(SearchTargetsDocument, { playbookId, query }, isOn);
  // An answer to what was typed before would be chosen for another one.
  const isCurrent = isOn && query === typed && !isLoading;
  return { found: isCurrent ? data?.searchTargets : undefined, isLoading: typed !== '' && !isCurrent && !fault, fault: isOn ? fault : undefined };
}
