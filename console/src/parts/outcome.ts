/** What came of a match, in words; the reason tells more. */
const WORDS: Readonly<Record<string, string>> = {
  STARTED: 'Started a run',
  COOLDOWN: 'Held by the cooldown',
  NO_TARGET: 'No target',
  PLAYBOOK_INACTIVE: 'Playbook inactive',
  NOT_READY: 'Not ready',
  BLOCKED: 'Blocked: protected target',
};

export const wordOfOutcome = (outcome: string): string => WORDS[outcome] ?? outcome;

/** What somebody may have expected to start a run, and it did not, is bad news. */
export const moodOfOutcome = (outcome: string): 'good' | 'bad' | 'quiet' => (outcome === 'STARTED' ? 'good' : outcome === 'COOLDOWN' || outcome === 'PLAYBOOK_INACTIVE' ? 'quiet' : 'bad');
