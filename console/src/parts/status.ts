/** GOOD: done as it should be. BAD: somebody has to look. QUIET: nothing happens. Everything else is under way. */
const MOODS: Readonly<Record<string, 'good' | 'bad' | 'quiet'>> = {
  SUCCEEDED: 'good', APPROVED: 'good', VERIFIED: 'good', GRANTED: 'good',
  FAILED: 'bad', DENIED: 'bad', EXPIRED: 'bad', NEEDS_REVIEW: 'bad', NOT_VERIFIED: 'bad', INSUFFICIENT: 'bad', REVOKED: 'bad',
  SKIPPED: 'quiet', PENDING: 'quiet', CANCELED: 'quiet', NOT_SUPPORTED: 'quiet',
};

export const moodOf = (status: string): 'good' | 'bad' | 'quiet' | 'busy' => MOODS[status] ?? 'busy';

/** WAITING_FOR_APPROVAL → Waiting for approval. */
export const wordOf = (status: string): string => status.charAt(0) + status.slice(1).toLowerCase().replaceAll('_', ' ');

/** The states in which a run is over. */
export const isOver = (status: string): boolean => ['SUCCEEDED', 'FAILED', 'DENIED', 'CANCELED'].includes(status);
