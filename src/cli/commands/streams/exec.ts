import { refusalCode } from '../../../run/asked/refusal-code.ts';
import type { World } from '../../../run/world.ts';
import { CommandError, exitCode } from '../../exit-code.ts';
import type { GlobalOptions } from '../../options/global-options.ts';
import { openTarget, refusal } from '../../reading/open-target.ts';
import { chooseContainer, runningInstance } from '../../reading/pod-target.ts';
import { passStreams } from '../../streams/attached.ts';
import { checkUnfinished, isTerminal } from '../../streams/unfinished.ts';

export interface ExecOptions extends GlobalOptions {
  readonly pod?: string | undefined;
  readonly words: readonly string[];
  /** What stands behind `--`. */
  readonly command: readonly string[];
  readonly container?: string | undefined;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
  readonly namespace: string;
}

/**
 * `podrun exec POD -- COMMAND`: runs a command in a container, with kubectl's rules (kubectl/pkg/cmd/exec/exec.go). The
 * exit code is the command's; 126 or 127 where it cannot be run, as shells have it.
 */
export async function exec(world: World, options: ExecOptions): Promise<number> {
  const { pod: word, command, stdin } = options;
  if (word === undefined) throw new CommandError(exitCode.usage, 'pod or type/name must be specified');
  if (options.words.length > 0)
    throw new CommandError(
      exitCode.usage,
      'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead',
    );
  if (command.length === 0)
    throw new CommandError(exitCode.usage, 'you must specify at least one command for the container');
  const { engine, pod } = await openTarget(world, options, word);
  checkUnfinished(pod, 'exec into');
  const name = chooseContainer(world, pod, options.container, options.quiet);
  const { container } = runningInstance(pod, name);
  const tty = stdin && options.tty && isTerminal(world, options.quiet);
  try {
    const session = await engine.openCommand(container.id, { command, tty, stdin });
    const left = await passStreams(world, session, { stdin, raw: tty, passSignal: (signal) => session.signal(signal) });
    return left ?? tellCode(world, await session.exitCode());
  } catch (error) {
    const refused = refusalCode(error);
    if (refused === undefined) throw refusal(error);
    world.stderr.write(`podrun: ${(error as Error).message}\n`);
    return tellCode(world, refused);
  } finally {
    engine.close();
  }
}

/** kubectl says every code but 0. */
function tellCode(world: World, code: number): number {
  if (code !== 0) world.stderr.write(`command terminated with exit code ${code}\n`);
  return code;
}
