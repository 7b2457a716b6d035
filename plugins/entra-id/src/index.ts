import { definePlugin } from '@countermeasure/sdk';
import { clearUserSessions } from './actions/clear-user-sessions.js';
import { forcePasswordReset } from './actions/force-password-reset.js';
import { suspendUser } from './actions/suspend-user.js';
import { unsuspendUser } from './actions/unsuspend-user.js';
import { entraId } from './provider.js';

export default definePlugin({
  version: '0.1.0',
  provider: entraId,
  actions: [clearUserSessions, suspendUser, unsuspendUser, forcePasswordReset],
  undo: { 'suspend-user': 'unsuspend-user', 'unsuspend-user': 'suspend-user' },
  suggests: { 'force-password-reset': ['clear-user-sessions'], 'suspend-user': ['clear-user-sessions'] },
});
