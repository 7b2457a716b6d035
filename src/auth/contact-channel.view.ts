import type { ContactChannel } from '@countermeasure/sdk';
import { describeEnum } from '../graphql/enums.js';

export const ContactChannelEnum = describeEnum<ContactChannel>('ContactChannel', 'How somebody is reached.', {
  EMAIL: 'By e-mail; the address is an e-mail address.',
  SLACK: 'By an incoming webhook of Slack; the address is its URL.',
  TEAMS: 'By an incoming webhook of Microsoft Teams; the address is its URL.',
  WEBHOOK: 'By a signed JSON webhook; the address is an https URL.',
});
