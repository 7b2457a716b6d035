import { definePlugin } from '@countermeasure/sdk';
import { clearUserSessions } from './actions/clear-user-sessions.js';
import { forcePasswordReset } from './actions/force-password-reset.js';
import { suspendUser } from './actions/suspend-user.js';
import { unsuspendUser } from './actions/unsuspend-user.js';
import { directoryAudit } from './events/directory-audit.js';
import { riskDetection } from './events/risk-detection.js';
import { riskyUser } from './events/risky-user.js';
import { securityAlert } from './events/security-alert.js';
import { signIn } from './events/sign-in.js';
import { userChange } from './events/user-change.js';
import { entraId } from './provider.js';

export default definePlugin({
  version: '0.1.0',
  provider: entraId,
  actions: [clearUserSessions, suspendUser, unsuspendUser, forcePasswordReset],
  eventTypes: [riskDetection, riskyUser, signIn, directoryAudit, securityAlert, userChange],
  undo: { 'suspend-user': 'unsuspend-user', 'unsuspend-user': 'suspend-user' },
  suggests: { 'force-password-reset': ['clear-user-sessions'], 'suspend-user': ['clear-user-sessions'] },
});
