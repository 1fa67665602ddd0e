/** Keeps the gateway told of the Services as they are: the whole of them whenever something changed, over one command that stays. */
import { feedOf } from '../../core/services/gateway-state.ts';
import type { Feed } from '../../core/services/gateway-state.ts';
import { feedCommand } from '../../engine/containers/gateway-body.ts';
import type { CommandSession, Engine } from '../../engine/port.ts';
import type { State } from '../../core/state/state.ts';
import type { Clock } from '../../platform/clock.ts';

export interface GatewayFeeder {
  /** After each step. */
  stepped(before: State, after: State): void;
  close(): void;
}

/** The gateway listens some moments after its start, and is asked again so often. */
const askAgainMs = 100;

/** @param served the gateway goes by what it was told */
export function feedGateway(engine: Pick<Engine, 'openCommand'>, clock: Clock, served: () => void): GatewayFeeder {
  let feed: Feed | undefined;
  let addresses: ReadonlyMap<string, string> = new Map();
  let open: { readonly run: string; readonly session: CommandSession; sent: string } | undefined;
  let opening = false;
  let isClosed = false;

  function stepped(before: State, after: State): void {
    if (after.project?.services === undefined) return;
    const isSame = before.pods === after.pods && before.rest === after.rest && before.project === after.project;
    if (isSame && before.intent === after.intent && before.shared === after.shared) return;
    feed = feedOf(after, addresses);
    if (feed === undefined) return;
    ({ addresses } = feed);
    send();
  }

  function send(): void {
    if (feed === undefined || isClosed) return;
    if (open?.run !== feed.run) {
      open?.session.close();
      open = undefined;
      return begin(feed);
    }
    const line = JSON.stringify(feed.state);
    if (line === open.sent) return;
    open.sent = line;
    open.session.input.write(`${line}\n`);
  }

  function begin({ id, run }: Feed): void {
    if (opening) return;
    opening = true;
    engine.openCommand(id, { command: feedCommand, tty: false, stdin: true }).then(
      (session) => {
        opening = false;
        if (isClosed) return session.close();
        const mine = { run, session, sent: '' };
        open = mine;
        void readAnswers(session).finally(() => {
          if (open === mine) open = undefined;
          again();
        });
        send();
      },
      () => {
        opening = false;
        again();
      },
    );
  }

  async function readAnswers(session: CommandSession): Promise<void> {
    try {
      for await (const { stream, payload } of session.output)
        if (stream === 'stdout' && payload.includes('\n')) served();
    } catch {
      // The gateway has ended, or the engine: another is opened as soon as one runs.
    }
  }

  function again(): void {
    if (!isClosed) clock.at(clock.nowMs() + askAgainMs, send);
  }

  return {
    stepped,
    close() {
      isClosed = true;
      open?.session.close();
    },
  };
}
