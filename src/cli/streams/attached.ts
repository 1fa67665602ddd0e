/** A process in a container on podrun's own standard streams: kubectl's exec and attach (kubectl/pkg/cmd/exec/exec.go). */
import type { Session } from '../../engine/port.ts';
import { pacedWriter } from '../../run/paced-writer.ts';
import type { World } from '../../run/world.ts';
import { signalCode } from '../exit-code.ts';

export interface Attachment {
  /** Pass standard input on. */
  readonly stdin: boolean;
  /** Standard input is a terminal that the process has as its own: each key is passed on as it is. */
  readonly raw: boolean;
  /** The process's size is told once as another: it draws its screen anew for who comes later. */
  readonly redraw?: true;
  /** Passes the first signal on to the process, and the second one ends podrun; unset: the first one does. */
  readonly passSignal?: (signal: NodeJS.Signals) => Promise<void>;
}

/**
 * Passes the streams, the terminal's size and signals on until the process's output ends, and gives the terminal back
 * whatever happens.
 * @returns the exit code to leave with at once; undefined where the process's output has ended
 */
export async function passStreams(world: World, session: Session, attachment: Attachment): Promise<number | undefined> {
  const { stdin, raw, redraw, passSignal } = attachment;
  const ending = new AbortController();
  let code: number | undefined;
  const end = (signal: NodeJS.Signals) => {
    code = signalCode(signal);
    ending.abort();
  };
  let signalled = false;
  const off = world.onSignal((signal) => {
    if (signalled || passSignal === undefined) return end(signal);
    signalled = true;
    // A terminal's process loses it, whatever ends podrun; nobody is left to see what comes after a hang-up.
    const passed = raw ? 'SIGHUP' : signal;
    void passSignal(passed).then(() => (passed === 'SIGHUP' ? end(signal) : undefined));
  });
  const tellSize = async (more = 0) => {
    const { columns, rows } = world.stdout;
    if (columns !== undefined && rows !== undefined)
      await session.resize({ columns: columns + more, rows: rows + more });
  };
  const resized = () => void tellSize();
  if (raw) {
    world.stdin.setRawMode?.(true);
    void (redraw === true ? tellSize(1) : Promise.resolve()).then(() => tellSize());
    world.stdout.on?.('resize', resized);
  }
  if (stdin) world.stdin.pipe(session.input);
  try {
    await Promise.race([writeOutput(world, session), aborted(ending.signal)]);
    return code;
  } finally {
    off();
    if (stdin) {
      world.stdin.unpipe(session.input);
      world.stdin.pause();
    }
    if (raw) {
      world.stdout.off?.('resize', resized);
      world.stdin.setRawMode?.(false);
    }
    session.close();
  }
}

async function writeOutput(world: World, session: Session): Promise<void> {
  const write = { stdout: pacedWriter(world.stdout), stderr: pacedWriter(world.stderr) };
  for await (const { stream, payload } of session.output) await write[stream](payload);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
