import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { label } from '../../core/runtime/labels.ts';
import { call } from '../transport/call.ts';
import { bodyOnly, helperBody } from './create-body.ts';
import type { Session } from '../session.ts';

/**
 * Signals the processes of an exec and their children, which carry the marker, a variable with its value, in their
 * environment. The engine has no call for that (docs/engines.md#execs), so a helper that shares the container's process
 * namespace does it. Never rejects: when the container is gone so are its processes, and when the engine is, nothing can
 * be done.
 * @param signal KILL is sent until nothing is left, any other once
 */
export async function signalProcess(
  session: Session,
  id: string,
  marker: string,
  signal: NodeJS.Signals = 'SIGKILL',
): Promise<void> {
  try {
    const container = await inspect(session, id);
    if (!container.State.Running) return;
    const helper = await createHelper(session, container, [marker, signal.replace('SIG', '')]);
    try {
      await runToEnd(session, helper);
    } finally {
      await removeHelper(session, helper);
    }
  } catch {
    // Only EngineError comes here (call.ts): the container went meanwhile, or the engine did.
  }
}

function inspect(session: Session, id: string): Promise<Docker.ContainerInspectInfo> {
  return call(session.deadlines.lookMs, (abortSignal) => session.docker.getContainer(id).inspect({ abortSignal }));
}

/** From the infra's image, which is on the engine and has a shell. */
async function createHelper(
  session: Session,
  container: Docker.ContainerInspectInfo,
  args: readonly [marker: string, signal: string],
): Promise<Docker.Container> {
  const mode = container.HostConfig.NetworkMode ?? '';
  const infra = mode.startsWith('container:') ? await inspect(session, mode.slice('container:'.length)) : container;
  const name = `podrun-helper-${randomBytes(8).toString('hex')}`;
  const project = container.Config.Labels?.[label.project];
  const labels = project === undefined ? {} : { [label.project]: project, [label.kind]: 'helper', [label.name]: name };
  const body = helperBody(infra.Image, labels, ['sh', '-c', killScript, 'sh', ...args], {
    PidMode: `container:${container.Id}`,
    // To read and to end processes of whatever user; the profile would forbid both towards another profile.
    CapDrop: ['ALL'],
    CapAdd: ['SYS_PTRACE', 'KILL', 'DAC_READ_SEARCH'],
    SecurityOpt: ['apparmor=unconfined'],
    AutoRemove: true,
  });
  return call(session.deadlines.changeMs, (signal) =>
    session.docker.createContainer(bodyOnly<Docker.ContainerCreateOptions>({ name }, body, signal)),
  );
}

/** Until nothing with the marker is left, for a process may fork while it is looked for; at most some seconds. */
const killScript = `
for try in 1 2 3 4 5 6 7 8 9 10; do
  found=
  for file in /proc/[0-9]*/environ; do
    tr '\\0' '\\n' <"$file" 2>/dev/null | grep -qxF "$1" || continue
    pid=\${file#/proc/}
    kill -s "$2" "\${pid%/environ}" 2>/dev/null && found=1
  done
  [ -n "$found" ] && [ "$2" = KILL ] || exit 0
done
`;

/** The helper removes itself at its end, so that is seen as a 404. Never `wait`: its promise may stay pending. */
async function runToEnd(session: Session, helper: Docker.Container): Promise<void> {
  await call(session.deadlines.changeMs, (abortSignal) => helper.start({ abortSignal }));
  for (let looks = 0; looks < maxLooks; looks += 1) {
    const state = await call(session.deadlines.lookMs, (abortSignal) => helper.inspect({ abortSignal }));
    if (!state.State.Running) return;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

const lookEveryMs = 50;
const maxLooks = 200;

async function removeHelper(session: Session, helper: Docker.Container): Promise<void> {
  try {
    await call(session.deadlines.changeMs, (abortSignal) => helper.remove({ force: true, v: true, abortSignal }));
  } catch {
    // It removed itself already, or its labels let it be found later.
  }
}
