/** `podrun logs --supervisor`: what the podrun in the background has said, of itself and of the Pods. */
import { watchFiles } from '../../platform/watch.ts';
import type { World } from '../../run/world.ts';
import { readSupervisorLog, supervisorLogPath } from '../../state/supervisor-log.ts';
import type { LogsOptions } from '../commands/logs.ts';
import { CommandError, exitCode, signalCode } from '../exit-code.ts';
import { projectName, supervisorOf } from '../session.ts';
import type { Supervisor } from '../session.ts';

/** Ends, with -f, when the podrun that supervises does. Rejects with exit code 1 where there is no log. */
export async function supervisorLogs(world: World, options: LogsOptions): Promise<number> {
  if (options.pod !== undefined)
    throw new CommandError(exitCode.usage, '--supervisor is for podrun’s own words: name no Pod with it');
  const name = await projectName(world, options);
  const engine = await world.connect(options.host);
  const supervisor = await supervisorOf(world, engine, name);
  engine.close();
  const log = readSupervisorLog(supervisor.folder);
  const text = await log.next();
  if (text === undefined) {
    const why = 'no podrun in the background has written one; in the foreground it says all in its terminal';
    throw new CommandError(exitCode.failed, `project ${name} has no log of a supervisor: ${why}`);
  }
  world.stdout.write(lastLines(text, options.tail ?? -1));
  if (!options.follow) return exitCode.done;
  return follow(world, supervisor, log);
}

/** @param count -1: all */
function lastLines(text: string, count: number): string {
  if (count < 0) return text;
  const lines = text.split(/(?<=\n)/);
  return lines.slice(Math.max(0, lines.length - count)).join('');
}

async function follow(
  world: World,
  supervisor: Supervisor,
  log: ReturnType<typeof readSupervisorLog>,
): Promise<number> {
  const ending = new AbortController();
  let ended: NodeJS.Signals | undefined;
  const off = world.onSignal((signal) => {
    ended ??= signal;
    ending.abort();
  });
  let printing = Promise.resolve();
  const print = (): void => {
    printing = printing.then(async () => void world.stdout.write((await log.next()) ?? ''));
  };
  const close = watchFiles([supervisorLogPath(supervisor.folder)], print, print);
  // Where nobody supervises there is nothing to follow.
  await supervisor.follow({ op: 'watch' }, () => {}, ending.signal).catch(() => {});
  off();
  await close();
  print();
  await printing;
  return ended === undefined ? exitCode.done : signalCode(ended);
}
