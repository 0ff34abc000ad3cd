import type { DownMessage, Topic, UpMessage } from '@flightdeck/api-client/contract';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** A websocket that opens at once, keeps what was sent, and says what a test tells it to. */
export class FakeSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  static all: FakeSocket[] = [];
  static opens = true;

  readyState = FakeSocket.CONNECTING;
  binaryType = 'blob';
  readonly subscriptions = new Map<number, Topic>();

  constructor() {
    super();
    FakeSocket.all.push(this);
    queueMicrotask(() => {
      if (!FakeSocket.opens || this.readyState !== FakeSocket.CONNECTING) return;
      this.readyState = FakeSocket.OPEN;
      this.dispatchEvent(new Event('open'));
    });
  }

  send(text: string): void {
    const message = JSON.parse(text) as UpMessage;
    if (message.type === 'subscribe') this.subscriptions.set(message.id, message.topic);
    else this.subscriptions.delete(message.id);
  }

  close(code = 1000): void {
    if (this.readyState === FakeSocket.CLOSED) return;
    this.readyState = FakeSocket.CLOSED;
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason: '', wasClean: true }));
  }

  static forget(): void {
    FakeSocket.opens = true;
  }
}

/** Sends a message to every subscription of that kind; answers how many there were. */
export function sayLive(
  kind: Topic['kind'],
  message: WithoutId<Extract<DownMessage, { id: number }>>,
): number {
  let told = 0;
  for (const socket of FakeSocket.all) {
    if (socket.readyState !== FakeSocket.OPEN) continue;
    for (const [id, topic] of socket.subscriptions) {
      if (topic.kind !== kind) continue;
      told += 1;
      socket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ ...message, id }) }));
    }
  }
  return told;
}
