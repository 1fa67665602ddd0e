/** Which of the engine's builders builds, and what it is asked with. */
import { stat } from 'node:fs/promises';
import type { Build } from '../../model/build.ts';
import { call } from '../transport/call.ts';
import { engineError, failed } from '../transport/failure.ts';
import type { RegistryAuth } from '../images/registry-auth.ts';
import type { Session } from '../session.ts';
import { openBuildSession } from './build-session.ts';
import { listenToBuildKit, listenToClassic } from './build-told.ts';
import type { BuildListener } from './build-told.ts';
import type { StepOutputs } from './step-output.ts';

export interface Builder {
  /** What is asked of it beside what all builders take. */
  readonly query: Readonly<Record<string, string>>;
  readonly listener: BuildListener;
  close(): void;
}

export interface BuilderNeeds {
  readonly build: Build;
  readonly logins: Readonly<Record<string, RegistryAuth>>;
  /** In base64, by the Dockerfile's names. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly outputs: StepOutputs;
}

/** BuildKit, unless the engine has none or the user does not want it: by the variable that docker's own client reads. */
export async function openBuilder(session: Session, needs: BuilderNeeds): Promise<Builder> {
  const { build, logins, secrets, outputs } = needs;
  const isUnwanted = session.env['DOCKER_BUILDKIT'] === '0';
  const agents = await agentsOf(session, build);
  const opened = isUnwanted ? undefined : await openBuildSession(session, { logins, secrets, agents });
  if (opened !== undefined) {
    const network = build.network === undefined ? await networkQuery(session) : {};
    const query = { version: '2', session: opened.id, ...network };
    return { query, listener: listenToBuildKit(outputs), close: () => opened.close() };
  }
  const [field] = (['secrets', 'ssh'] as const).filter((each) => build[each] !== undefined);
  if (field !== undefined) {
    const why = isUnwanted ? 'DOCKER_BUILDKIT=0 asks for the classic builder' : 'this engine has the classic one alone';
    throw failed('refused', `build.${field} is for BuildKit, and ${why}`);
  }
  return { query: { version: '1' }, listener: listenToClassic(), close: () => {} };
}

/** On an engine without the usual network BuildKit runs nothing unless told so; the classic builder runs it without one. */
async function networkQuery({ docker, deadlines }: Session): Promise<Readonly<Record<string, string>>> {
  const usual = call(deadlines.lookMs, () => docker.getNetwork('bridge').inspect());
  const hasNetwork = await usual.then(
    () => true,
    (error: unknown) => engineError(error).failure.kind !== 'gone',
  );
  return hasNetwork ? {} : { networkmode: 'none' };
}

/** The sockets by the Dockerfile's names. Rejects with `refused` where one is none: a key that a file holds is the agent's to read. */
async function agentsOf({ env }: Session, { ssh = [] }: Build): Promise<Readonly<Record<string, string>>> {
  const agents: Record<string, string> = {};
  for (const { id, path = env['SSH_AUTH_SOCK'] } of ssh) {
    if (!path)
      throw failed(
        'refused',
        `build.ssh ${id}: SSH_AUTH_SOCK is not set: start an agent (eval "$(ssh-agent)"; ssh-add)`,
      );
    const info = await stat(path).catch(() => undefined);
    if (info === undefined) throw failed('refused', `build.ssh ${id}: there is no ${path}`);
    if (!info.isSocket())
      throw failed(
        'refused',
        `build.ssh ${id}: ${path} is no agent's socket: add that key to an agent (ssh-add ${path}) and write ${id}`,
      );
    agents[id] = path;
  }
  return agents;
}
