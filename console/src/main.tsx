import '@mantine/core/styles.css';
import './look.css';
import './console.css';
import { MantineProvider } from '@mantine/core';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Console } from './Console.js';
import { openSession } from './session/session.js';
import { cssVariables, theme } from './theme.js';

/** The nonce of this answer: the policy lets no style be added without it. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
// Dialogs hold the page behind them by a style of a library of theirs.
setNonce(nonce);

// Back from the identity provider by the browser's own button, the page is as it was when it was left: on its way.
addEventListener('pageshow', ({ persisted }) => persisted && location.reload());

await openSession();

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <Console />
    </MantineProvider>
  </StrictMode>,
);
