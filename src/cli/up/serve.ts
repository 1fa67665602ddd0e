/** The podrun in the background itself: `up`, with its words in a log, and deaf to a terminal's signals. */
import { closeSync, writeSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { OutputStream, World } from '../../run/world.ts';
import { supervisorLog } from '../../state/supervisor-log.ts';
import { openProject } from '../open-project.ts';
import { podNames } from '../options/pod-names.ts';
import { tellError } from '../tell-error.ts';
import type { BackgroundOrder } from './background.ts';
import { superviseUp } from './supervise-up.ts';

/** Where it tells the podrun that began it what goes wrong, until it has begun; see startSelf of the world. */
const starterFd = 3;

/** @returns the exit code; never rejects */
export async function serve(world: World): Promise<number> {
  const { options, stdin, folder } = JSON.parse(await textOf(world.stdin)) as BackgroundOrder;
  const log = supervisorLog(folder, () => world.clock.nowMs());
  let isStarting = true;
  const stream: OutputStream = {
    write(text, written) {
      log.write(String(text));
      if (isStarting) tellStarter(String(text));
      written?.();
      return true;
    },
  };
  const own: World = {
    ...world,
    stdin: Readable.from(stdin === undefined ? [] : [Buffer.from(stdin, 'base64')]),
    stdout: stream,
    stderr: stream,
    // Its own terminal's Ctrl-C and its end are not for one that has none: SIGTERM alone takes the Pods down.
    onSignal: (call) => world.onSignal((signal) => (signal === 'SIGTERM' ? call(signal) : undefined)),
  };
  const begun = (): void => {
    isStarting = false;
    tellStarter('\0');
    closeSync(starterFd);
  };
  try {
    const opened = await openProject(own, options, podNames(options.pod));
    const engine = await own.connect(options.host);
    return await superviseUp(own, engine, options, opened, begun);
  } catch (error) {
    return tellError(own, error);
  }
}

/** Whoever began it may be gone. */
function tellStarter(text: string): void {
  try {
    writeSync(starterFd, text);
  } catch {
    // Nobody reads it.
  }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks).toString('utf8');
}
