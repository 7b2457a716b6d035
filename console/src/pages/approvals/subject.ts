import type { ApprovalRowFragment } from '../../gql/approvals.js';

/** Whom it concerns: as the provider knew them when people were asked, or else as the run was started. */
export const targetOf = ({ target, run }: ApprovalRowFragment): { readonly id: string; readonly displayName: string; readonly username?: string | null } => target ?? run.target;

/** What would be done to whom, in one line. */
export const subjectOf = (approval: ApprovalRowFragment): string => `${approval.step.action.title} → ${targetOf(approval).displayName}`;
