import { allContainers } from '../../../core/runtime/facts.ts';
import { podLabel } from '../../../core/runtime/pod-ref.ts';
import { recallPod } from '../../../core/spec/recall.ts';
import type { World } from '../../../run/world.ts';
import { CommandError, exitCode } from '../../exit-code.ts';
import type { GlobalOptions } from '../../options/global-options.ts';
import { openTarget, refusal } from '../../reading/open-target.ts';
import { chooseContainer, runningInstance } from '../../reading/pod-target.ts';
import { passStreams } from '../../streams/attached.ts';
import { checkUnfinished, isTerminal } from '../../streams/unfinished.ts';

export interface AttachOptions extends GlobalOptions {
  readonly pod: string;
  readonly container?: string | undefined;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
  readonly detachKeys: string;
  readonly namespace: string;
}

/**
 * `podrun attach POD`: takes part in what a container's first process reads and writes from now on, with kubectl's rules
 * (kubectl/pkg/cmd/attach/attach.go). A signal and the detach keys leave the process alone.
 */
export async function attach(world: World, options: AttachOptions): Promise<number> {
  const { stdin, quiet, detachKeys } = options;
  const { engine, project, pod } = await openTarget(world, options, options.pod);
  checkUnfinished(pod, 'attach');
  const name = chooseContainer(world, pod, options.container, quiet);
  const { container } = runningInstance(pod, name);
  const spec = allContainers(recallPod(pod).spec).find((each) => each.name === name);
  if (stdin && spec?.stdin !== true)
    throw new CommandError(exitCode.failed, `container ${name} has no standard input: give it stdin: true`);
  const tty = spec?.tty === true;
  if (options.tty && !tty && !quiet)
    world.stderr.write(`error: Unable to use a TTY - container ${name} did not allocate one\n`);
  const raw = stdin && tty && isTerminal(world, quiet);
  if (!quiet) world.stderr.write(notice);
  try {
    const session = await engine.openAttach(container.id, { tty, stdin, detachKeys });
    const left = await passStreams(world, session, { stdin, raw, redraw: true });
    if (left === undefined && raw && !quiet)
      world.stderr.write(
        `Session ended, resume using 'podrun -p ${project} attach ${podLabel(pod)} -c ${name} -i -t' command\n`,
      );
    return left ?? exitCode.done;
  } catch (error) {
    throw refusal(error);
  } finally {
    engine.close();
  }
}

/** kubectl's own. */
const notice = `All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.
If you don't see a command prompt, try pressing enter.
`;
