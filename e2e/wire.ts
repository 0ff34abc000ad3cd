import { createServer, connect as dial, type Server, type Socket } from 'node:net';

/** The line between browser and console, which a story can cut: only then is a websocket really gone on both ends. */
export interface Wire {
  /** Cuts every websocket that is open and lets none through until `mend`; how many there were. */
  cut: () => number;
  mend: () => void;
  /**
   * Nothing passes any more on the websockets that are open, and neither end is told: as after a machine has slept. New ones
   * are not concerned. How many there were.
   */
  hang: () => number;
  end: () => Promise<void>;
}

/** Passes on what comes to a port of this machine to another. */
export async function startWire(port: number, to: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  const websockets = new Map<Socket, Socket>();
  let whole = true;
  const server = createServer((near) => {
    const far = dial(to, '127.0.0.1');
    near.once('data', (head) => {
      // A browser gives each websocket a connection of its own.
      if (!/\r\nupgrade: *websocket/i.test(head.toString('latin1'))) return;
      if (!whole) near.destroy();
      websockets.set(near, far);
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      one.pipe(other);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        websockets.delete(one);
        other.destroy();
      });
    }
  });
  await listening(server, port);
  return {
    cut: () => {
      whole = false;
      const { size } = websockets;
      for (const socket of websockets.keys()) socket.destroy();
      return size;
    },
    mend: () => {
      whole = true;
    },
    hang: () => {
      for (const [near, far] of websockets)
        for (const socket of [near, far]) {
          socket.unpipe();
          socket.pause();
        }
      return websockets.size;
    },
    end: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}
