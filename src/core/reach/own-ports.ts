/**
 * Automatic ports of Pods that no file has one by one, made of a template meanwhile: by `scale`, by a restart, by a
 * CronJob. For these nobody could choose before; a port that somebody else has is refused by the engine, and then
 * another one is taken (run/fixture/port-book.ts).
 */
import type { Pod } from '../../model/pod.ts';
import type { Project } from '../../model/project.ts';
import type { Draft } from '../state/draft.ts';
import { livesOf } from '../state/draft.ts';
import { candidatePorts, heldPorts, publishedPorts, wantedPorts, withPorts } from './auto-ports.ts';

/** The project with a host port for each of them: the one that its Pod has, else one that nothing of the project has. */
export function withOwnPorts(draft: Draft, project: Project | undefined): Project | undefined {
  const applied = draft.state.project;
  if (project === undefined || project === applied) return project;
  if (applied !== undefined && madeFrom.get(applied) === project) return applied;
  const wanted = wantedPorts(project);
  if (wanted.length === 0) return project;
  const refused = new Set(project.refusedPorts);
  const lives = heldPorts([...livesOf(draft)].map(({ pod }) => pod));
  const before = new Map([...lives, ...publishedPorts(applied?.pods ?? [])]);
  const taken = new Set([...refused, ...before.values(), ...publishedPorts(project.pods).values()]);
  const chosen = new Map<string, number>();
  for (const { key } of wanted) {
    const own = before.get(key);
    const port = own !== undefined && !refused.has(own) ? own : firstFree(project.name, key, taken);
    taken.add(port);
    chosen.set(key, port);
  }
  const published = withPorts(project, chosen);
  const whole = { ...published, pods: published.pods.map((pod, index) => sameAs(project.pods[index], pod)) };
  madeFrom.set(whole, project);
  return whole;
}

/** What each project was made from. */
const madeFrom = new WeakMap<Project, Project>();

function firstFree(project: string, key: string, taken: ReadonlySet<number>): number {
  for (const port of candidatePorts(project, key)) if (!taken.has(port)) return port;
  throw new Error('candidates have no end');
}

/** A Pod that is the same is the same object. */
function sameAs(source: Pod | undefined, made: Pod): Pod {
  if (source === undefined || wantedPorts({ pods: [source] }).length === 0) return source ?? made;
  const text = JSON.stringify([...publishedPorts([made])]);
  const known = filled.get(source);
  if (known?.text === text) return known.pod;
  filled.set(source, { text, pod: made });
  return made;
}

const filled = new WeakMap<Pod, { readonly text: string; readonly pod: Pod }>();
