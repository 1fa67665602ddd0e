/** Keeps the gateway told of the Services as they are: the whole of them whenever something changed, over one command that stays. */
import { feedOf, hasGateway } from '../../core/services/gateway-state.ts';
import type { Feed } from '../../core/services/gateway-state.ts';
import { gatewayTrouble, isSilent } from '../../core/services/trouble.ts';
import { feedCommand } from '../../engine/containers/gateway-body.ts';
import type { CommandSession, Engine } from '../../engine/port.ts';
import type { State } from '../../core/state/state.ts';
import type { FeedAnswer } from '../../model/service/gateway.ts';
import type { Clock } from '../../platform/clock.ts';

export interface GatewayFeeder {
  /** After each step. */
  stepped(before: State, after: State): void;
  close(): void;
}

export interface FeedNews {
  /** The gateway goes by what it was told. */
  served(): void;
  /** Nothing has come of it, and waiting alone does not help. */
  trouble(why: string): void;
  /** What of its state the gateway could not do. */
  failures(texts: readonly string[]): void;
}

/** The gateway listens some moments after its start, and is asked again so often. */
const askAgainMs = 100;
/** Each time that it did not come to anything, it is asked after twice as long, up to this. */
const askAtMostMs = 5_000;
/** One that runs and says nothing for so long is not waited for. */
const patienceMs = 30_000;

export function feedGateway(engine: Pick<Engine, 'openCommand'>, clock: Clock, news: FeedNews): GatewayFeeder {
  let feed: Feed | undefined;
  let open: { readonly run: string; readonly session: CommandSession; sent: string } | undefined;
  let opening = false;
  let isClosed = false;
  let isSaid = false;
  let cancelPatience: (() => void) | undefined;
  let waitMs = askAgainMs;

  function stepped(before: State, after: State): void {
    // What was seen last holds: an engine that is silent for a while says nothing of its Pods.
    if (!after.engine.answers) return;
    if (after.project?.services === undefined && feed === undefined && !hasGateway(after)) return;
    const isSame = before.pods === after.pods && before.rest === after.rest && before.project === after.project;
    if (isSame && before.engine.answers && before.intent === after.intent && before.shared === after.shared) return;
    const why = gatewayTrouble(after);
    if (why !== undefined) give(why);
    if (isSilent(after))
      cancelPatience ??= clock.at(clock.nowMs() + patienceMs, () => give('what serves them does not answer'));
    feed = feedOf(after);
    if (feed !== undefined) send();
  }

  /** It is told once. */
  function give(why: string): void {
    if (isSaid || isClosed) return;
    isSaid = true;
    news.trouble(why);
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
    let rest = '';
    try {
      for await (const { stream, payload } of session.output) {
        if (stream !== 'stdout') continue;
        const lines = `${rest}${payload.toString()}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) take(JSON.parse(line) as FeedAnswer);
      }
    } catch {
      // The gateway has ended, or the engine: another is opened as soon as one runs.
    }
  }

  function take(answer: FeedAnswer): void {
    if ('refused' in answer) return give(answer.refused);
    cancelPatience?.();
    isSaid = true;
    waitMs = askAgainMs;
    news.served();
    if (answer.failures.length > 0) news.failures(answer.failures);
  }

  function again(): void {
    if (isClosed) return;
    clock.at(clock.nowMs() + waitMs, send);
    waitMs = Math.min(2 * waitMs, askAtMostMs);
  }

  return {
    stepped,
    close() {
      isClosed = true;
      cancelPatience?.();
      open?.session.close();
    },
  };
}
