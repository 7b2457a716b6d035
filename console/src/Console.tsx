import { useState } from 'react';
import { RouterProvider } from 'react-router/dom';
import { Provider } from 'urql';
import { createClient } from './api/client.js';
import { useStore } from './parts/store.js';
import { createRouter } from './routes.js';
import { session } from './session/session.js';
import { SignInPage } from './session/SignInPage.js';

/** Whoever is not signed in sees the sign-in, at whatever address; afterwards the page of that address. */
export function Console() {
  const { kind, message } = useStore(session);
  return kind === 'SIGNED_IN' ? <SignedIn /> : <SignInPage message={message} isLeaving={kind === 'LEAVING'} />;
}

function SignedIn() {
  const [client] = useState(createClient);
  const [router] = useState(createRouter);
  return (
    <Provider value={client}>
      <RouterProvider router={router} />
    </Provider>
  );
}
