import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { closeServer, listen } from '../host/listening.js';

/** Longer than a proxy keeps an idle connection, so that it is never closed under a request that is on its way. */
const KEEP_ALIVE_MS = 72_000;

/** The port on which a service takes requests. Closing it resets no connection in the middle of a request. */
export class FrontDoor {
  private readonly server: Server;
  private readonly inHand = new Set<ServerResponse>();
  private leaving = false;

  constructor(handle: RequestListener) {
    this.server = createServer((request, response) => {
      this.inHand.add(response);
      response.once('close', () => {
        this.inHand.delete(response);
        if (this.leaving) setImmediate(() => this.server.closeIdleConnections());
      });
      if (this.leaving) response.setHeader('Connection', 'close');
      handle(request, response);
    });
    // An import may take as long as it needs.
    this.server.requestTimeout = 0;
    this.server.keepAliveTimeout = KEEP_ALIVE_MS;
    this.server.headersTimeout = KEEP_ALIVE_MS + 5_000;
  }

  /** Opens it and answers with its URL; port 0 is any free one. */
  open(port: number, address: string): Promise<string> {
    return listen(this.server, port, address);
  }

  get requestsInHand(): number {
    return this.inHand.size;
  }

  /** Goes on answering, and tells every client with the answer to come back over another connection. */
  leave(): void {
    this.leaving = true;
    for (const response of this.inHand) if (!response.headersSent) response.setHeader('Connection', 'close');
  }

  /** Takes no request any more, and waits for those in hand; what outlasts the patience is cut. */
  async close(patienceMs: number): Promise<void> {
    this.leave();
    if (this.server.listening) await closeServer(this.server, patienceMs);
  }
}
