import { defineChannelPlugin } from '@countermeasure/sdk';
import { email } from './email.js';
import { slack } from './slack.js';
import { teams } from './teams.js';
import { webhook } from './webhook.js';

export default defineChannelPlugin({ version: '0.1.0', channels: [email, slack, teams, webhook] });
