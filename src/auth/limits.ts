/** The playbooks and connections that a key is limited to; null: it is not limited in these. */
export interface Limits {
  readonly playbookIds: readonly string[] | null;
  readonly connectionIds: readonly string[] | null;
}

export const NO_LIMITS: Limits = { playbookIds: null, connectionIds: null };

export function isLimited({ playbookIds, connectionIds }: Limits): boolean {
  return playbookIds !== null || connectionIds !== null;
}
