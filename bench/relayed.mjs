/** The control's relay as a child, with the connection that feeds it. */
import { connect } from 'node:net';
import { helper } from './processes.mjs';

export async function startRelay(tick) {
  const relay = helper(new URL('./relay.mjs', import.meta.url));
  const ports = await relay.ask({ command: 'start', tick });
  const into = connect(ports.into, '127.0.0.1').setNoDelay(true);
  return {
    /** Viewers connect here. */
    port: ports.out,
    line: (text) => into.write(text),
    /** Since the last call: seconds of processor time, and the delay of its event loop, ms. */
    usage: () => relay.ask({ command: 'usage' }),
    stop() {
      into.destroy();
      return relay.stop();
    },
  };
}
