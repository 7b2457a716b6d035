import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import type { FastifyInstance } from 'fastify';

/** The web server of the sandbox: fastify over HTTPS. */
export type SandboxServer = FastifyInstance<Server>;

export interface ListenOptions {
  /** The port of the last start, 0 when there was none. */
  readonly wantedPort: number;
  readonly certificatePem: string;
  readonly dataDir: string;
}

const HOST = '127.0.0.1';
const PROBE_TIMEOUT_MS = 2_000;

/** Whether the server on a port holds the key of our certificate: then it is this very tenant, in another process. */
function isServedElsewhere(port: number, certificatePem: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port, ca: certificatePem, timeout: PROBE_TIMEOUT_MS });
    const answer = (isOurs: boolean) => (): void => {
      socket.destroy();
      resolve(isOurs);
    };
    socket.once('secureConnect', answer(true));
    socket.once('error', answer(false));
    socket.once('timeout', answer(false));
  });
}

/** Listens on the port of the last start, so that addresses outlive a restart, or on a free one when that is taken. */
export async function listenOn(app: SandboxServer, options: ListenOptions): Promise<number> {
  const { wantedPort, certificatePem, dataDir } = options;
  try {
    await app.listen({ host: HOST, port: wantedPort });
  } catch (error) {
    if (wantedPort === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (await isServedElsewhere(wantedPort, certificatePem)) {
      throw new Error(
        `The sandbox tenant of ${dataDir} is running already, at https://${HOST}:${wantedPort}. Stop that process, give this one ` +
          'another folder, or point this one at it: set the ENTRA_* variables and NODE_EXTRA_CA_CERTS to the ca.pem of that folder.',
        { cause: error },
      );
    }
    await app.listen({ host: HOST, port: 0 });
  }
  return (app.server.address() as AddressInfo).port;
}
