import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where notices go: takes all of them, and counts. */
export class NoticeReceiver implements AsyncDisposable {
  received = 0;

  private constructor(private readonly server: http.Server) {
    server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      this.received += 1;
      request.resume();
      response.writeHead(204).end();
    });
  }

  static async start(): Promise<NoticeReceiver> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new NoticeReceiver(server);
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}/notices`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
