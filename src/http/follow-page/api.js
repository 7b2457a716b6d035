import { authorization } from './credential.js';

/** No key or token, or one that the service refuses. */
export class NotSignedIn extends Error {}

/** One operation over HTTP: its data, or an error that says what is wrong. */
export async function ask(query, variables = {}) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: authorization() },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (response.status === 401) throw new NotSignedIn();
  if (errors) throw new Error(errors.map(({ message }) => message).join(' '));
  return data;
}

/**
 * One subscription over a WebSocket, by the protocol graphql-transport-ws. Resolves to "complete" when it is over, and to
 * "cut" when the connection was lost before that.
 */
export function subscribe(query, variables, onData) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
    const send = (message) => socket.send(JSON.stringify(message));
    const answer = {
      connection_ack: () => send({ id: '1', type: 'subscribe', payload: { query, variables } }),
      ping: () => send({ type: 'pong' }),
      next: ({ payload }) => (payload.errors ? fail(payload.errors) : onData(payload.data)),
      error: ({ payload }) => fail(payload),
      complete: () => finish('complete'),
    };
    const finish = (how) => {
      resolve(how);
      socket.close(1000);
    };
    const fail = (errors) => {
      reject(new Error(errors.map(({ message }) => message).join(' ')));
      socket.close(1000);
    };
    socket.addEventListener('open', () => send({ type: 'connection_init', payload: { authorization: authorization() } }));
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(data);
      answer[message.type]?.(message);
    });
    socket.addEventListener('close', ({ code }) => {
      if (code === 4401) reject(new NotSignedIn());
      else if (code === 4403) reject(new Error('You have no role in Countermeasure any more. Ask your administrator.'));
      else resolve('cut');
    });
  });
}
